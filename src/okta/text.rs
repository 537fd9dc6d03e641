//! From bytes to characters: the encoding, and what the file is if it is not XML at all.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::Value;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::model::metadata::{Code, Findings, Place};

use super::certificate;
use super::metadata::LIMIT;
use super::xml::shown;

/// How much of the beginning is looked at to tell what the file is.
const HEAD: usize = 4096;

/// What may stand once, as the very first character.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The characters of a file, and how they were encoded.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
}

/// The characters of a file, or `None` if it is plainly something else; the findings say what.
pub(super) fn read<'a>(bytes: &'a [u8], findings: &mut Findings) -> Option<Decoded<'a>> {
    if bytes.len() > LIMIT {
        findings.add(Code::TooLarge, None, "");
        // What it is can be told from its beginning all the same.
        let head = String::from_utf8_lossy(&bytes[..HEAD]);
        foreign(&head, findings);
        return None;
    }
    if let Some(what) = binary(bytes) {
        findings.add(what.0, None, what.1);
        return None;
    }
    let decoded = decode(bytes, findings)?;
    if begin(&decoded.text).is_empty() {
        findings.add(Code::Empty, None, "");
        return None;
    }
    control_characters(&decoded.text, findings);
    if foreign(&decoded.text, findings) {
        return None;
    }
    Some(decoded)
}

/// A text from its first character on that is neither a blank nor a byte-order mark.
pub(super) fn begin(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK)
}

/// Files that are known by their first bytes.
fn binary(bytes: &[u8]) -> Option<(Code, &'static str)> {
    if bytes.starts_with(&[0x30, 0x82]) {
        return Some(match Certificate::from_der(bytes) {
            Ok(_) => (Code::CertificateFile, "a certificate in DER form"),
            Err(_) if certificate::is_private_key(bytes) => (Code::PrivateKeyFile, "in DER form"),
            Err(_) => (Code::CertificateFile, "DER, as of a certificate"),
        });
    }
    let known: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "it is a ZIP archive or an office document"),
        (b"%PDF-", "it is a PDF"),
        (b"{\\rtf", "it is an RTF document, of a word processor"),
        (b"\x1f\x8b", "it is compressed with gzip"),
        (b"\x89PNG", "it is a picture"),
        (b"\xff\xd8\xff", "it is a picture"),
    ];
    let known = known.iter().find(|(magic, _)| bytes.starts_with(magic));
    known.map(|(_, what)| (Code::NotXml, *what))
}

fn decode<'a>(bytes: &'a [u8], findings: &mut Findings) -> Option<Decoded<'a>> {
    let mut refuse = |detail: &str| {
        findings.add(Code::WrongEncoding, None, detail);
        None
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => refuse("the file is in UTF-32"),
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes, findings),
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes, findings),
        [b'<', 0, ..] | [0, b'<', ..] => {
            refuse("the file is in UTF-16 without a byte-order mark in front")
        }
        [0x4c, 0x6f, 0xa7, 0x94, ..] => refuse("the file is in EBCDIC"),
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            findings.add(Code::ByteOrderMark, None, "of UTF-8");
            utf8(rest, findings)
        }
        _ => utf8(bytes, findings),
    }
}

fn utf8<'a>(bytes: &'a [u8], findings: &mut Findings) -> Option<Decoded<'a>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Decoded {
            text: Cow::Borrowed(text),
            encoding: "UTF-8",
        }),
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let before = String::from_utf8_lossy(valid);
            let place = Lines::new(&before).place(before.len(), String::new());
            let byte = rest.first().copied().unwrap_or_default();
            let detail = format!("the byte 0x{byte:02x} does not fit into UTF-8");
            findings.add(Code::WrongEncoding, Some(place), detail);
            None
        }
    }
}

fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    findings: &mut Findings,
) -> Option<Decoded<'static>> {
    findings.add(Code::Utf16, None, "");
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        findings.add(Code::CutShort, None, "half a character stands at the end");
    }
    let decoded: Result<String, _> =
        char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect();
    match decoded {
        Ok(text) => Some(Decoded {
            text: Cow::Owned(text),
            encoding: "UTF-16",
        }),
        Err(error) => {
            let unit = error.unpaired_surrogate();
            let detail = format!("0x{unit:04x} is half a character in UTF-16");
            findings.add(Code::WrongEncoding, None, detail);
            None
        }
    }
}

/// Whether a text is something other than XML. If so, says what.
fn foreign(text: &str, findings: &mut Findings) -> bool {
    let start = begin(text);
    let found = if start.starts_with(['{', '[']) {
        Some(json(start))
    } else if let Some(label) = pem(start) {
        Some(armoured(label))
    } else if is_bare_certificate(start) {
        Some(if certificate::holds_private_key(start) {
            (Code::PrivateKeyFile, String::new())
        } else {
            let detail = "the base64 of a certificate, without lines around it";
            (Code::CertificateFile, detail.to_owned())
        })
    } else if is_html(start) {
        Some((web_page(text), String::new()))
    } else if is_web_archive(start) {
        let detail = "the browser saved it as a web archive".to_owned();
        Some((Code::WebPage, detail))
    } else if !text.contains('<') {
        let head: String = start.chars().take(40).collect();
        Some((Code::NotXml, format!("it begins with {head:?}")))
    } else {
        None
    };
    match found {
        Some((code, detail)) => findings.add(code, None, detail),
        None => return false,
    }
    true
}

/// Okta's errors are known by `errorCode` (developer.okta.com, Error codes).
fn json(text: &str) -> (Code, String) {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let field = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
            match field("errorCode") {
                "" => (Code::Json, String::new()),
                code => (
                    Code::JsonError,
                    format!("{code}: {}", field("errorSummary")),
                ),
            }
        }
        Err(_) if text.contains("\"errorCode\"") => (Code::JsonError, String::new()),
        // A bracket can begin the text of a page as well.
        Err(_) if text.starts_with('{') => (Code::Json, "it is damaged".to_owned()),
        Err(_) => (Code::NotXml, "it begins with a bracket".to_owned()),
    }
}

/// The label of the first armoured block (RFC 7468), if the text begins with one. What tools print
/// before it, such as `subject=`, is skipped.
fn pem(text: &str) -> Option<&str> {
    let markup = text.find('<').unwrap_or(text.len());
    let rest = text[..markup].split_once("-----BEGIN ")?.1;
    Some(rest.split_once("-----")?.0)
}

/// What a label of PEM stands for.
fn armoured(label: &str) -> (Code, String) {
    if label.contains("PRIVATE KEY") {
        return (Code::PrivateKeyFile, String::new());
    }
    let detail = format!("PEM: {}", shown(label));
    match label {
        _ if label.ends_with("CERTIFICATE REQUEST") => {
            let detail = "it is a request for a certificate, not the certificate";
            (Code::NotXml, detail.to_owned())
        }
        _ if label.ends_with("CERTIFICATE") || label.starts_with("PKCS") || label == "CMS" => {
            (Code::CertificateFile, detail)
        }
        _ => (Code::NotXml, detail),
    }
}

/// Whether the text begins as the base64 of a DER sequence of some length does.
fn is_bare_certificate(text: &str) -> bool {
    text.starts_with("MII")
        && text.len() > 200
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b"+/=".contains(&b))
}

/// Whether a text begins as an HTML page does, perhaps below a declaration or remarks.
fn is_html(mut text: &str) -> bool {
    loop {
        text = text.trim_start();
        let end = if text.starts_with("<!--") {
            "-->"
        } else if text.starts_with("<?") {
            "?>"
        } else {
            break;
        };
        match text.split_once(end) {
            Some((_, rest)) => text = rest,
            None => return false,
        }
    }
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|start| begins(text, start))
}

fn begins(text: &str, start: &str) -> bool {
    text.as_bytes()
        .get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

/// MHTML, as browsers save whole pages (RFC 2557).
fn is_web_archive(text: &str) -> bool {
    let head: String = text.chars().take(HEAD).collect();
    ["From: <Saved by", "MIME-Version:"]
        .iter()
        .any(|start| head.starts_with(start))
        || (head.contains("Content-Type: multipart/related") && !head.starts_with('<'))
}

/// Which page an HTML page is.
pub(super) fn web_page(text: &str) -> Code {
    let signs = [
        "okta-signin",
        "okta-sign-in",
        "oktaSignIn",
        "okta-login",
        "login/login.htm",
        "signinContainer",
        "okta-mfa",
    ];
    if signs.iter().any(|sign| text.contains(sign)) {
        Code::SignInPage
    } else {
        Code::WebPage
    }
}

/// Characters that XML 1.0 excludes (section 2.2), and those that make a terminal or a reader see
/// another text than the one that stands there.
fn control_characters(text: &str, findings: &mut Findings) {
    let is_bad = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    let mut bad = text.char_indices().filter(|(_, c)| is_bad(*c));
    let Some((at, c)) = bad.next() else { return };
    let place = Lines::new(text).place(at, String::new());
    let detail = match (u32::from(c), bad.count()) {
        (c, 0) => format!("U+{c:04X}"),
        (c, more) => format!("U+{c:04X}, and {more} more"),
    };
    findings.add(Code::ControlCharacters, Some(place), detail);
}

/// Says where in a text something stands. Asked from the beginning of the text to its end, it
/// counts each character once, however long the lines are.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// A byte of the text with its line and column.
    known: Cell<(usize, u32, u32)>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lines {
            text,
            known: Cell::new((0, 1, 1)),
        }
    }

    /// The place of a byte, inside an element.
    pub(super) fn place(&self, at: usize, path: String) -> Place {
        let (from, mut line, mut column) = match self.known.get() {
            known if known.0 <= at => known,
            _ => (0, 1, 1),
        };
        let at = at.min(self.text.len());
        for byte in self.text.as_bytes().get(from..at).unwrap_or_default() {
            match byte {
                b'\n' => (line, column) = (line + 1, 1),
                // The further bytes of a character.
                0x80..=0xbf => {}
                _ => column += 1,
            }
        }
        self.known.set((at, line, column));
        Place { line, column, path }
    }
}
