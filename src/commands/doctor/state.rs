//! The ledger: its folder, its file, its lock, and what it is about. Nothing is created or written.

use std::fs;
use std::path::Path;

use crate::context::clock;
use crate::ledger::{Access, Ledger, LedgerError};
use crate::model::checkup::{Area, Check, Fault};
use crate::model::memory::Memory;

/// Less free space is little: a ledger of 10,000 people takes a few megabytes.
const LITTLE: u64 = 256 << 20;

/// With less, a run could end half-way.
const TOO_LITTLE: u64 = 16 << 20;

/// What the ledger remembers; `None` if it can't be read.
pub(super) fn memory(path: &Path) -> Option<Memory> {
    let ledger = Ledger::open(path, Access::ReadOnly).ok()?;
    ledger.remember(clock()).ok()
}

/// Checks the ledger at `path`, which should be about `organization`.
pub(super) fn checks(path: &Path, organization: Option<&str>) -> Vec<Check> {
    let mut checks = vec![place(path)];
    checks.extend(space(path));
    checks.push(lock(path));
    checks.push(content(path, organization));
    checks.extend(permissions(path));
    checks
}

/// The nearest folder above a path that is there.
fn folder(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.is_dir())
}

fn place(path: &Path) -> Check {
    let shown = path.display();
    let remedy = "make the folder writable for yourself, or name another ledger with --state PATH";
    let fail = |why: String| Check::failure(Area::State, "place", Fault::Other, why).remedy(remedy);
    if path.is_dir() {
        return fail(format!("{shown} is a folder"));
    }
    // Opening for writing changes nothing, and is refused where writing would be.
    if path.exists()
        && let Err(error) = fs::OpenOptions::new().append(true).open(path)
    {
        return fail(format!("{shown} can't be written: {error}"));
    }
    match folder(path) {
        Some(folder) if is_writable(folder) => {
            Check::ok(Area::State, "place", format!("{shown} can be written"))
        }
        Some(folder) => fail(format!("the folder {} can't be written", folder.display())),
        None => fail(format!("there is no folder above {shown}")),
    }
}

#[cfg(unix)]
fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|data| !data.permissions().readonly())
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

fn space(path: &Path) -> Option<Check> {
    let folder = folder(path)?;
    Some(match free(folder) {
        Some(free) => room(free),
        None => Check::not_looked(
            Area::State,
            "space",
            "this system does not say what is free",
        ),
    })
}

fn room(free: u64) -> Check {
    let megabytes = free >> 20;
    let evidence = format!("{megabytes} MiB are free beside the ledger");
    let remedy = "make room: a run whose ledger can't be written stops";
    if free < TOO_LITTLE {
        Check::failure(Area::State, "space", Fault::Other, evidence).remedy(remedy)
    } else if free < LITTLE {
        Check::warning(Area::State, "space", evidence).remedy(remedy)
    } else {
        Check::ok(Area::State, "space", "there is room beside the ledger").details([evidence])
    }
}

fn lock(path: &Path) -> Check {
    match Ledger::holder(path) {
        Ok(None) => Check::ok(Area::State, "lock", "no other run is under way"),
        Ok(Some(holder)) => {
            let evidence = format!("another run holds the lock: {holder}");
            Check::warning(Area::State, "lock", evidence)
                .remedy("wait until it has ended; a run that was killed holds no lock")
        }
        Err(error) => {
            let evidence = format!("the lock can't be looked at: {error}");
            Check::warning(Area::State, "lock", evidence)
                .remedy("look at the permissions of the file with .lock behind the ledger's name")
        }
    }
}

fn content(path: &Path, organization: Option<&str>) -> Check {
    let fail = |error: &LedgerError| {
        let fault = match error {
            LedgerError::Newer { .. } => Fault::Stale,
            _ => Fault::Other,
        };
        // The error itself ends with what to do.
        Check::failure(Area::State, "ledger", fault, error.to_string())
            .remedy("name another ledger with --state PATH, or do what stands before")
    };
    if !path.exists() {
        let evidence = "there is no ledger yet: the first sync makes it";
        return Check::ok(Area::State, "ledger", evidence);
    }
    let read = Ledger::open(path, Access::ReadOnly)
        .and_then(|ledger| Ok((ledger.format(), ledger.remember(clock())?)));
    let (format, memory) = match &read {
        Ok((format, memory)) => (*format, memory),
        Err(error) => return fail(error),
    };
    if format > Ledger::FORMAT {
        let error = format!(
            "the ledger has format {format}, and this version knows formats up to {}",
            Ledger::FORMAT
        );
        let check = Check::failure(Area::State, "ledger", Fault::Stale, error);
        return check.remedy("update atriumctl, or use another ledger with --state PATH");
    }
    let known = format!(
        "the ledger (format {format}) knows {} people and {} groups after {} runs",
        memory.users.len(),
        memory.groups.len(),
        memory.runs
    );
    match (&memory.organization, organization) {
        (Some(known), Some(wanted)) if known.as_str() != wanted => {
            let evidence = format!("the ledger is about another organization: {known}");
            let check = Check::failure(Area::State, "ledger", Fault::Other, evidence);
            check
                .remedy("name this organization's ledger with --state PATH, or correct the address")
        }
        _ => Check::ok(Area::State, "ledger", known),
    }
}

#[cfg(unix)]
fn permissions(path: &Path) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Some(Check::ok(
            Area::State,
            "permissions",
            "only its owner can read the ledger",
        ));
    }
    let evidence = format!("others can read or write the ledger (mode {mode:o})");
    let check = Check::warning(Area::State, "permissions", evidence);
    Some(check.remedy(format!("chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
fn permissions(_path: &Path) -> Option<Check> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_judged_by_what_a_run_needs() {
        for (free, state) in [
            (0, "failure"),
            (TOO_LITTLE, "warning"),
            (LITTLE, "ok"),
            (1 << 40, "ok"),
        ] {
            assert_eq!(room(free).state.word(), state, "{free}");
        }
    }

    #[test]
    fn a_ledger_is_looked_at_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/school.db");
        let states = |path: &Path| -> Vec<(&str, &str)> {
            let checks = checks(path, Some("here"));
            let odd = checks
                .into_iter()
                .filter(|check| check.state.word() != "ok");
            // How full this machine is belongs to no test.
            let odd = odd.filter(|check| check.code != "space");
            odd.map(|check| (check.code, check.state.word())).collect()
        };
        assert_eq!(states(&path), []);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        let held = Ledger::open(&path, Access::Write).unwrap();
        assert_eq!(states(&path), [("lock", "warning")]);
        let check = lock(&path);
        assert!(
            check
                .evidence
                .contains(&format!("pid {}", std::process::id()))
        );
        drop(held);
        assert_eq!(states(&path), []);

        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert_eq!(states(&path), [("permissions", "warning")]);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::write(&path, "no ledger at all, but long enough to be looked at").unwrap();
        assert_eq!(states(&path), [("ledger", "failure")]);
        let states = states(folder.path());
        assert_eq!(states.first(), Some(&("place", "failure")));
    }
}
