//! What kind of file it is, by its first bytes: refuses everything that is not Unicode text.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use super::SourceError;
use super::defects::Fault;
use crate::model::finding::{FindingKind, TextEncoding};

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

const AS_CSV: &str = "Open it in a spreadsheet program and save it as \"CSV UTF-8\".";
const EXPORT: &str = "Export the people from Atrium as CSV or JSON.";

/// Kinds of file that start with certain bytes: the bytes, the kind, what it is, the remedy.
const SIGNATURES: [(&[u8], FindingKind, &str, &str); 5] = [
    (
        b"PK\x03\x04",
        FindingKind::Spreadsheet,
        "This is a spreadsheet or ZIP archive, not text.",
        AS_CSV,
    ),
    (
        b"\xD0\xCF\x11\xE0",
        FindingKind::SpreadsheetOld,
        "This is a spreadsheet of an old kind (.xls), not text.",
        AS_CSV,
    ),
    (b"%PDF", FindingKind::Pdf, "This is a PDF document.", EXPORT),
    (
        b"\x1F\x8B",
        FindingKind::Gzip,
        "This is a gzip archive.",
        "Unpack it first.",
    ),
    (
        b"{\\rtf",
        FindingKind::RichText,
        "This is a rich text document.",
        EXPORT,
    ),
];

/// Refuses kinds of file that are known by their first bytes, and takes a byte-order mark off.
pub(super) fn encoding(
    input: &mut impl BufRead,
    file: &Arc<str>,
) -> Result<TextEncoding, SourceError> {
    let start = fill(input, file)?;
    for (bytes, kind, message, remedy) in SIGNATURES {
        if start.starts_with(bytes) {
            return Err(Fault::new(kind, message, remedy).of_file(file).into());
        }
    }
    let (encoding, mark) = if start.starts_with(b"\xEF\xBB\xBF") {
        (TextEncoding::Utf8Marked, 3)
    } else if start.starts_with(b"\xFF\xFE") {
        (TextEncoding::Utf16Le, 2)
    } else if start.starts_with(b"\xFE\xFF") {
        (TextEncoding::Utf16Be, 2)
    } else {
        (TextEncoding::Utf8, 0)
    };
    input.consume(mark);
    Ok(encoding)
}

/// Refuses text that is no export.
pub(super) fn text(
    input: &mut impl BufRead,
    file: &Arc<str>,
    format: Format,
) -> Result<(), SourceError> {
    let start = fill(input, file)?;
    let fault = |kind, message: &'static str, remedy| {
        Err(Fault::new(kind, message, remedy).of_file(file).into())
    };
    // Further down, a reader finds them and can say in which line.
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    if line.contains(&0) {
        return if looks_like_utf16(start) {
            fault(
                FindingKind::Utf16Unmarked,
                "The text is not UTF-8 but UTF-16 without a byte-order mark.",
                "Export it again as \"CSV UTF-8\".",
            )
        } else {
            fault(
                FindingKind::Binary,
                "This is a binary file, not text.",
                EXPORT,
            )
        };
    }
    match start.iter().find(|b| !b.is_ascii_whitespace()) {
        None => {
            return fault(
                FindingKind::FileEmpty,
                "The file is empty.",
                "Export it again: an empty export is never taken for \"nobody\".",
            );
        }
        Some(b'<') => {
            return fault(
                FindingKind::HtmlPage,
                "This is an HTML or XML page, not an export.",
                "Download it again: the address may have answered with a sign-in page.",
            );
        }
        Some(b'{' | b'[') if format == Format::Csv => {
            return fault(
                FindingKind::JsonNamedCsv,
                "This is JSON.",
                "Give the file a name that ends in .json.",
            );
        }
        Some(_) => {}
    }
    if format == Format::Csv && start.contains(&b'\r') && !start.contains(&b'\n') {
        return fault(
            FindingKind::CarriageReturnsOnly,
            "The lines of this file end in a carriage return alone.",
            "Save it with Windows or Unix line ends.",
        );
    }
    Ok(())
}

fn fill<'a>(input: &'a mut impl BufRead, file: &Arc<str>) -> Result<&'a [u8], SourceError> {
    let start = input.fill_buf();
    start.map_err(|cause| SourceError::from_io(file, &cause))
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

/// What text that is not UTF-8 seems to be, as a phrase.
pub(super) fn single_byte_encoding(text: &[u8]) -> &'static str {
    if text.iter().any(|b| (0x80..0xA0).contains(b)) {
        "UTF-8 but Windows-1252 (or another encoding of one byte a character)"
    } else {
        "UTF-8 but Latin-1 (or another encoding of one byte a character)"
    }
}
