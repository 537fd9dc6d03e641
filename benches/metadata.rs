//! The check of metadata files: a sound one, and those that are made to take long. None may take
//! more than 50 ms.

use std::fs;

use atriumctl::okta::{Expected, LIMIT, check};
use divan::AllocProfiler;
use jiff::Timestamp;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const OPEN: &str =
    "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"x\">";

fn main() {
    divan::main();
}

fn judged(bencher: divan::Bencher<'_, '_>, bytes: &[u8]) {
    let expected = Expected::default();
    bencher.bench(|| check(divan::black_box(bytes), &expected, Timestamp::UNIX_EPOCH));
}

#[divan::bench]
fn sound(bencher: divan::Bencher<'_, '_>) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/metadata/good.xml"
    );
    judged(bencher, &fs::read(path).expect("the fixture is there"));
}

/// One piece of markup, repeated up to the largest size.
#[divan::bench(args = ["<a/>", "&a;", "&#65;", "& ", "<![CDATA[]]>", "<!---->", "<?a?>", " a='b'"])]
fn repeated(bencher: divan::Bencher<'_, '_>, piece: &str) {
    let many = piece.repeat((LIMIT - OPEN.len()) / piece.len());
    judged(bencher, format!("{OPEN}{many}").as_bytes());
}

#[divan::bench]
fn one_attribute(bencher: divan::Bencher<'_, '_>) {
    let value = "x".repeat(LIMIT - 20);
    judged(bencher, format!("<a b='{value}'/>").as_bytes());
}

#[divan::bench]
fn one_namespace(bencher: divan::Bencher<'_, '_>) {
    let (namespace, many) = ("n".repeat(LIMIT / 2), "<b/>".repeat(499));
    judged(
        bencher,
        format!("<a xmlns='{namespace}'>{many}</a>").as_bytes(),
    );
}

#[divan::bench]
fn one_certificate(bencher: divan::Bencher<'_, '_>) {
    let signature = "http://www.w3.org/2000/09/xmldsig#";
    let body = "A".repeat(LIMIT - 600);
    let text = format!(
        "{OPEN}<md:IDPSSODescriptor><md:KeyDescriptor><KeyInfo xmlns='{signature}'><X509Data>\
         <X509Certificate>{body}</X509Certificate>\
         </X509Data></KeyInfo></md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>"
    );
    judged(bencher, text.as_bytes());
}
