//! Files that are made to harm: too large, too deep, too many, or not even text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

fn good() -> String {
    String::from_utf8(file("good.xml")).unwrap()
}

/// Makes a file and gives the code that it must lead to.
type Case = (&'static str, Box<dyn Fn() -> Vec<u8>>, &'static str);

fn case(name: &'static str, make: impl Fn() -> Vec<u8> + 'static, code: &'static str) -> Case {
    (name, Box::new(make), code)
}

fn within(open: &str, close: &str) -> Vec<u8> {
    let room = LIMIT - 300;
    let root =
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"x\">";
    let many = room / (open.len() + close.len());
    format!("{root}{}{}", open.repeat(many), close.repeat(many)).into_bytes()
}

fn attribute(value: &str) -> Vec<u8> {
    good()
        .replace("WantAuthnRequestsSigned=\"false\"", value)
        .into_bytes()
}

fn cases() -> Vec<Case> {
    let declaration = "<?xml version=\"1.0\"?>";
    vec![
        case(
            "nested to the limit of size",
            || within("<a>", "</a>"),
            "too-deep",
        ),
        case(
            "never closed",
            || "<a>".repeat(300_000).into_bytes(),
            "too-deep",
        ),
        case("many elements", || within("<a/>", ""), "too-complex"),
        case(
            "many namespaces",
            || {
                let many: String = (0..20_000)
                    .map(|n| format!(" xmlns:p{n}=\"urn:{n}\""))
                    .collect();
                attribute(&many)
            },
            "too-complex",
        ),
        case(
            "many attributes",
            || {
                let many: String = (0..50_000).map(|n| format!(" a{n}=\"{n}\"")).collect();
                attribute(&many)
            },
            "too-complex",
        ),
        case(
            "a namespace of half the size, used by every element",
            || {
                let namespace = "n".repeat(LIMIT / 2);
                format!("<a xmlns=\"{namespace}\">{}</a>", "<b/>".repeat(400)).into_bytes()
            },
            "wrong-root",
        ),
        case(
            "a huge attribute",
            || {
                attribute(&format!(
                    "WantAuthnRequestsSigned=\"{}\"",
                    "x".repeat(1_000_000)
                ))
            },
            "flag-unreadable",
        ),
        case(
            "a huge entity in an attribute",
            || attribute(&format!("a=\"&{};\"", "x".repeat(1_000_000))),
            "unknown-entity",
        ),
        case(
            "a huge entity id",
            || {
                good()
                    .replace(
                        "entityID=\"",
                        &format!("entityID=\"{}", "x".repeat(1_000_000)),
                    )
                    .into_bytes()
            },
            "entity-id-too-long",
        ),
        case(
            "a huge name",
            || format!("<{}/>", "a".repeat(1_000_000)).into_bytes(),
            "wrong-root",
        ),
        case(
            "a huge certificate",
            || {
                let many = "A".repeat(1_000_000);
                good()
                    .replace(
                        "<ds:X509Certificate>",
                        &format!("<ds:X509Certificate>{many}"),
                    )
                    .into_bytes()
            },
            "certificate-unreadable",
        ),
        case("many entities", || within("&a;", ""), "unknown-entity"),
        case(
            "many references",
            || within("&#65;", ""),
            "metadata-cut-short",
        ),
        case(
            "an illegal reference",
            || {
                good()
                    .replace("<md:NameIDFormat>", "<md:NameIDFormat>&#0;&#x1b;")
                    .into_bytes()
            },
            "unknown-entity",
        ),
        case("many ampersands", || within("& ", ""), "not-well-formed"),
        case(
            "many comments",
            || within("<!-- -->", ""),
            "metadata-cut-short",
        ),
        case(
            "many brackets",
            || within("<![CDATA[ ]]>", ""),
            "metadata-cut-short",
        ),
        case(
            "an endless comment",
            || format!("<!--{}", "- ".repeat(500_000)).into_bytes(),
            "metadata-cut-short",
        ),
        case(
            "an endless tag",
            || format!("<a {}", "b ".repeat(500_000)).into_bytes(),
            "metadata-cut-short",
        ),
        case(
            "an endless value",
            || format!("<a b=\"{}", "c".repeat(1_000_000)).into_bytes(),
            "metadata-cut-short",
        ),
        case(
            "a bomb of entities",
            move || {
                let levels: String = (1..2000)
                    .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
                    .collect();
                format!("{declaration}<!DOCTYPE a [<!ENTITY l0 \"ha\">{levels}]><a>&l1999;</a>")
                    .into_bytes()
            },
            "doctype",
        ),
        case(
            "nothing but NUL bytes",
            || vec![0; 4096],
            "control-characters",
        ),
        case("nothing but 0xff", || vec![0xff; 4096], "wrong-encoding"),
        case(
            "a mark and nothing else",
            || b"\xef\xbb\xbf".to_vec(),
            "empty-file",
        ),
        case(
            "a mark of UTF-16 and nothing else",
            || b"\xff\xfe".to_vec(),
            "empty-file",
        ),
        case("blanks to the limit", || vec![b' '; LIMIT], "empty-file"),
        case("one byte too many", || vec![b' '; LIMIT + 1], "too-large"),
        case(
            "a page that is too large",
            || format!("<!doctype html>{}", " ".repeat(LIMIT)).into_bytes(),
            "web-page",
        ),
        case("deep JSON", || vec![b'['; 1_000_000], "not-xml"),
        case("a ZIP archive", || b"PK\x03\x04rest".to_vec(), "not-xml"),
        case("a PDF", || b"%PDF-1.7\n".to_vec(), "not-xml"),
        case("compressed", || b"\x1f\x8b\x08\x00".to_vec(), "not-xml"),
        case(
            "the beginning of a DER file",
            || b"\x30\x82\x03\x9b\x30\x82".to_vec(),
            "certificate-file",
        ),
        case(
            "a private key",
            || format!("-----BEGIN {} KEY-----\nAAAA\n", "RSA PRIVATE").into_bytes(),
            "private-key-file",
        ),
    ]
}

#[test]
fn hostile_files_are_named_and_nothing_is_endless() {
    for (name, make, code) in cases() {
        let bytes = make();
        assert!(bytes.len() <= LIMIT * 5 / 4, "{name}: {}", bytes.len());
        let bytes = &bytes[..bytes.len().min(LIMIT + 1)];
        let metadata = checked(bytes);
        assert!(
            codes(&metadata).contains(&code),
            "{name}: {:#?}",
            metadata.findings
        );
        assert!(metadata.findings.list().len() < 100, "{name}");
        for found in metadata.findings.list() {
            assert!(found.detail.len() < 1000, "{name}: {}", found.code);
            let path = found.place.as_ref().map_or(0, |place| place.path.len());
            assert!(path < 64 * 64 * 4, "{name}: {path}");
        }
    }
}

fn der() -> Vec<u8> {
    let text = String::from_utf8(file("certificate-bare-base64.txt")).unwrap();
    let packed: String = text.split_whitespace().collect();
    STANDARD.decode(packed).unwrap()
}

#[test]
fn a_certificate_in_der_form_is_told_from_metadata() {
    let metadata = checked(&der());
    only(&metadata, &["certificate-file"]);
    assert!(metadata.findings.list()[0].detail.contains("DER"));
}

#[test]
fn of_a_private_key_nothing_is_shown() {
    let key = format!("-----BEGIN {} KEY-----\nc2VjcmV0LWJ5dGVz\n", "PRIVATE");
    let metadata = checked(key.as_bytes());
    only(&metadata, &["private-key-file"]);
    assert!(!format!("{metadata:?}").contains("c2VjcmV0"));
}

#[test]
fn of_a_private_key_in_place_of_a_certificate_nothing_is_shown() {
    // The beginning of a key as PKCS#8 has it; a certificate has a sequence there.
    let mut key = vec![0x30, 0x82, 0x04, 0xbd, 0x02, 0x01, 0x00, 0x30, 0x0d];
    key.resize(0x4bd + 4, 0x5a);
    let packed = STANDARD.encode(&key);
    let armoured = format!("-----BEGIN {} KEY-----\n{packed}\n", "PRIVATE");
    let sound = good();
    let (before, rest) = sound.split_once("<ds:X509Certificate>").unwrap();
    let (_, after) = rest.split_once("</ds:X509Certificate>").unwrap();
    for text in [&packed, &armoured] {
        let element = format!("<ds:X509Certificate>{text}</ds:X509Certificate>");
        let metadata = checked(format!("{before}{element}{after}").as_bytes());
        only(&metadata, &["private-key-inside"]);
        assert!(!format!("{metadata:?}").contains("Wlpa"));
    }
    for bytes in [packed.as_bytes(), &key] {
        only(&checked(bytes), &["private-key-file"]);
    }
}

/// A file of the corpus with bytes replaced, removed or repeated.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let names = [
        "good.xml",
        "utf16-le.xml",
        "signed.xml",
        "doctype-bomb.xml",
        "many-faults.xml",
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..8);
    (prop::sample::select(names.to_vec()), edits).prop_map(|(name, edits)| {
        let mut bytes = file(name);
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                _ => {
                    let end = bytes.len().min(at + usize::from(byte));
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        bytes
    })
}

/// Pieces of XML in any order.
fn shuffled() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "<",
        ">",
        "/",
        "</a>",
        "<a>",
        "<a b='",
        "'",
        "\"",
        "&",
        ";",
        "&#x41;",
        "&#",
        "<!--",
        "-->",
        "--",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.0'?>",
        "<?",
        "?>",
        "<!DOCTYPE",
        "[",
        "]",
        "\u{fffd}",
        "é",
        "\n",
        "xmlns='",
        "xmlns:a='urn:oasis:names:tc:SAML:2.0:metadata'",
        "<a:EntityDescriptor ",
        "entityID='x'",
        "<a:IDPSSODescriptor>",
        "<a:KeyDescriptor>",
        "\0",
        "=",
        " ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_checked_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(!checked(&bytes).findings.list().is_empty());
    }

    #[test]
    fn any_text_is_checked_without_a_panic(bytes in shuffled()) {
        prop_assert!(!checked(&bytes).findings.list().is_empty());
    }

    #[test]
    fn a_damaged_file_is_checked_without_a_panic(bytes in mutated()) {
        let _ = checked(&bytes);
    }

    #[test]
    fn a_damaged_certificate_is_checked_without_a_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut der = der();
        for (at, byte) in edits {
            let at = at.index(der.len());
            der[at] = byte;
        }
        let sound = good();
        let (before, rest) = sound.split_once("<ds:X509Certificate>").unwrap();
        let (_, after) = rest.split_once("</ds:X509Certificate>").unwrap();
        let text = STANDARD.encode(der);
        let element = format!("<ds:X509Certificate>{text}</ds:X509Certificate>");
        let metadata = checked(format!("{before}{element}{after}").as_bytes());
        prop_assert_eq!(metadata.sign_on.len(), 2);
    }

    #[test]
    fn a_file_cut_anywhere_is_never_called_sound(at in 0..2000usize) {
        let bytes = good().trim_end().as_bytes().to_vec();
        let at = at % bytes.len();
        prop_assert!(checked(&bytes[..at]).findings.count(Severity::Error) > 0, "{at}");
    }
}
