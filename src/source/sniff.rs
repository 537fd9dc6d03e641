//! What kind of file it is, by its first bytes: refuses everything that is not UTF-8 text.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use super::SourceError;

/// How many bytes are looked at (and the size of the read buffer), in bytes.
pub(super) const PREFIX: usize = 64 * 1024;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Json,
}

impl Format {
    /// By the name: `.json` is JSON, everything else CSV.
    pub(super) fn of(path: &Path) -> Format {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Format::Json,
            _ => Format::Csv,
        }
    }
}

const AS_CSV: &str = "open it in a spreadsheet program and save it as \"CSV UTF-8\"";
const EXPORT: &str = "export the people from Atrium as CSV or JSON";

/// Kinds of file that start with certain bytes: the bytes, the kind, the remedy.
const SIGNATURES: [(&[u8], &str, &str); 5] = [
    (
        b"PK\x03\x04",
        "a spreadsheet or ZIP archive, not text",
        AS_CSV,
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "a spreadsheet of an old kind (.xls), not text",
        AS_CSV,
    ),
    (b"%PDF", "a PDF document", EXPORT),
    (b"\x1F\x8B", "a gzip archive", "unpack it first"),
    (b"{\\rtf", "a rich text document", EXPORT),
];

/// Looks at the start of a file, skips a UTF-8 byte-order mark, and names every other kind.
pub(super) fn check(
    input: &mut impl BufRead,
    file: &Arc<str>,
    format: Format,
) -> Result<(), SourceError> {
    let start = input
        .fill_buf()
        .map_err(|cause| SourceError::from_io(file, cause))?;
    let foreign = |kind, remedy| SourceError::Foreign {
        file: Arc::clone(file),
        kind,
        remedy,
    };
    let encoding = |encoding| SourceError::Encoding {
        file: Arc::clone(file),
        line: 1,
        encoding,
    };
    for (bytes, kind, remedy) in SIGNATURES {
        if start.starts_with(bytes) {
            return Err(foreign(kind, remedy));
        }
    }
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(encoding("UTF-16"));
    }
    if start.contains(&0) {
        return Err(if looks_like_utf16(start) {
            encoding("UTF-16")
        } else {
            foreign("a binary file, not text", EXPORT)
        });
    }
    let mark = if start.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    match start[mark..].iter().find(|b| !b.is_ascii_whitespace()) {
        None => {
            return Err(SourceError::Empty {
                file: Arc::clone(file),
            });
        }
        Some(b'<') => {
            let remedy = "the address may have answered with a sign-in page: download it again";
            return Err(foreign("an HTML or XML page, not an export", remedy));
        }
        Some(b'{' | b'[') if format == Format::Csv => {
            return Err(foreign("JSON", "give the file a name that ends in .json"));
        }
        Some(_) => {}
    }
    let text = &start[mark..];
    if format == Format::Csv && text.contains(&b'\r') && !text.contains(&b'\n') {
        let remedy = "save it with Windows or Unix line ends";
        return Err(foreign(
            "a file whose lines end in a carriage return alone",
            remedy,
        ));
    }
    input.consume(mark);
    Ok(())
}

/// UTF-16 without a byte-order mark: in Latin text every second byte is zero.
fn looks_like_utf16(start: &[u8]) -> bool {
    let zeros = |odd: usize| {
        let bytes = start.iter().skip(odd).step_by(2);
        bytes.filter(|b| **b == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = start.len() / 2;
    (even == 0 && odd * 10 >= pairs * 8) || (odd == 0 && even * 10 >= pairs * 8)
}

/// The encoding that text which is not UTF-8 seems to have.
pub(super) fn single_byte_encoding(text: &[u8]) -> &'static str {
    if text.iter().any(|b| (0x80..0xA0).contains(b)) {
        "Windows-1252 (or another encoding of one byte a character)"
    } else {
        "Latin-1 (or another encoding of one byte a character)"
    }
}
