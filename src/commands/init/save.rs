//! Puts a profile into its place: whole or not at all, for its owner alone, and the one that was
//! there beside it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::error::{Error, Exit};

/// Puts the text there. What is replaced is kept; the answer is where.
///
/// # Errors
/// [`Exit::Failed`] if it can't be written, or if something is there that `old` does not know of.
pub(super) fn save(path: &Path, text: &str, old: Option<&[u8]>) -> Result<Option<PathBuf>, Error> {
    // A profile may be a link into a folder that is under version control.
    let place = match old {
        Some(_) => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        None => path.to_owned(),
    };
    let folder = place.parent().unwrap_or(Path::new("."));
    let failed = |error: anyhow::Error| Error::new(Exit::Failed, error);
    make_folder(folder)
        .with_context(|| format!("can't make {}", folder.display()))
        .map_err(failed)?;
    let Some(old) = old else {
        let written = write(folder, text.as_bytes()).and_then(|file| {
            let kept = file.persist_noclobber(&place);
            kept.map_err(|error| error.error)
        });
        let written = written.with_context(|| format!("can't write {}", path.display()));
        return written.map(|_| None).map_err(failed);
    };
    let backup = keep(path, old)?;
    let folder = place.parent().unwrap_or(Path::new("."));
    let written = write(folder, text.as_bytes())
        .and_then(|file| file.persist(&place).map_err(|error| error.error));
    written
        .with_context(|| format!("can't write {}", place.display()))
        .map_err(failed)?;
    Ok(Some(backup))
}

/// Puts what is replaced beside it, under the first name that is free: what an earlier run kept is
/// never replaced.
fn keep(path: &Path, old: &[u8]) -> Result<PathBuf, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let first = format!("{}.bak", path.display());
    let failed = |error: io::Error| {
        let why = anyhow::Error::new(error).context(format!("can't write {first}"));
        Error::new(Exit::Failed, why)
    };
    let mut file = write(folder, old).map_err(failed)?;
    for number in 1_u32.. {
        let backup = PathBuf::from(match number {
            1 => first.clone(),
            number => format!("{first}.{number}"),
        });
        match file.persist_noclobber(&backup) {
            Ok(_) => return Ok(backup),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(failed(error.error)),
        }
    }
    Err(failed(io::ErrorKind::AlreadyExists.into()))
}

/// A file without its name. It is its owner's alone from the start.
fn write(folder: &Path, text: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Makes a folder that others can't look into, if it is not there.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The lines that two texts do not share: `-` before those of the old one, `+` before those of the
/// new one.
pub(super) fn difference(old: &str, new: &str) -> Vec<String> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    // The length of the longest common subsequence of what is left of both.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for (i, line) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            common[i * width + j] = if line == other {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            lines.push(format!("- {}", old[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        for (old, new, wanted) in [
            ("a\nb\nc", "a\nb\nc", ""),
            ("a\nb\nc", "a\nx\nc", "- b|+ x"),
            ("", "a", "+ a"),
            ("a\nb", "", "- a|- b"),
            ("a\nb\nc\nd", "b\nc\ne", "- a|- d|+ e"),
        ] {
            assert_eq!(difference(old, new).join("|"), wanted, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_profile_is_its_owners_alone_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config/profiles/a.toml");
        assert_eq!(save(&path, "one", None).unwrap(), None);
        let error = save(&path, "two", None).unwrap_err();
        assert_eq!(error.exit, Exit::Failed);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        let backup = save(&path, "two", Some(b"one")).unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_to_string(&backup).unwrap(), "one");
        let mut names: Vec<_> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["a.toml", "a.toml.bak"]);
        #[cfg(unix)]
        for (path, wanted) in [
            (&path, 0o600),
            (&backup, 0o600),
            (&dir.path().join("config"), 0o700),
        ] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, wanted, "{}", path.display());
        }
    }

    #[test]
    fn what_was_kept_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        save(&path, "one", None).unwrap();
        for (old, new, name) in [
            ("one", "two", "a.toml.bak"),
            ("two", "three", "a.toml.bak.2"),
            ("three", "four", "a.toml.bak.3"),
        ] {
            let backup = save(&path, new, Some(old.as_bytes())).unwrap().unwrap();
            assert_eq!(backup, dir.path().join(name));
        }
        let text = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(text("a.toml.bak"), "one");
        assert_eq!(text("a.toml.bak.2"), "two");
        assert_eq!(text("a.toml"), "four");
    }

    #[cfg(unix)]
    #[test]
    fn a_profile_that_is_a_link_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real.toml"), dir.path().join("a.toml"));
        std::fs::write(&real, "one").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let backup = save(&link, "two", Some(b"one")).unwrap().unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "two");
        assert_eq!(backup, dir.path().join("a.toml.bak"));
    }
}
