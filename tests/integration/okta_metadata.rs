//! `okta metadata check` and `fetch`: files, pipes and addresses, with the codes that a monitor
//! goes by.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;

use serde_json::Value;

use crate::environment::Environment;

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metadata");
    format!("{folder}/{name}")
}

fn check(environment: &Environment, name: &str, more: &[&str]) -> crate::environment::Ran {
    let path = fixture(name);
    let arguments = ["okta", "metadata", "check", path.as_str()];
    environment.run(&[&arguments[..], more].concat())
}

/// A server on this machine that gives one answer to every request, for as long as the test runs.
fn serve(answer: impl Into<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.into();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0)
            {
                head.push(byte[0]);
            }
            let _ = stream.write_all(&answer);
        }
    });
    address
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

#[test]
fn the_code_tells_sound_ending_and_broken_apart() {
    let environment = Environment::new();
    let sound = check(&environment, "good.xml", &[]).expect(0);
    assert!(
        sound.stdout.contains("Nothing is wrong with this file."),
        "{sound}"
    );
    // The certificate runs for a century.
    let ending = check(&environment, "good.xml", &["--warn-days", "65000"]).expect(5);
    assert!(ending.stdout.contains("certificate-ends-soon"), "{ending}");
    let warned = check(&environment, "requests-signed.xml", &[]).expect(0);
    assert!(warned.stdout.contains("signed-requests-wanted"), "{warned}");
    let _ = check(&environment, "requests-signed.xml", &["--strict"]).expect(5);
    let _ = check(&environment, "good.xml", &["--strict"]).expect(0);
    for name in [
        "certificate-expired.xml",
        "page-sign-in.html",
        "doctype-bomb.xml",
        "empty.xml",
    ] {
        let broken = check(&environment, name, &["--strict", "--warn-days", "65000"]).expect(1);
        assert!(
            broken.stdout.contains("sign-in can't work with this file"),
            "{broken}"
        );
    }
    let app = check(&environment, "good.xml", &["--app", "exk2"]).expect(0);
    assert!(app.stdout.contains("other-app"), "{app}");
    let missing = check(&environment, "there-is-none.xml", &[]).expect(2);
    assert!(missing.stderr.contains("can't open"), "{missing}");
}

#[test]
fn json_is_one_document_with_everything_in_it() {
    let environment = Environment::new();
    for (name, code, verdict, first) in [
        ("good.xml", 0, "usable", Value::Null),
        ("page-console.html", 1, "unusable", "web-page".into()),
        (
            "two-certificates.xml",
            0,
            "usable",
            "several-signing-certificates".into(),
        ),
    ] {
        let ran = check(&environment, name, &["--output", "json"]).expect(code);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["schema"], "atriumctl.okta-metadata/1", "{name}");
        assert_eq!(document["verdict"], verdict, "{name}");
        assert_eq!(document["exit"], code, "{name}");
        assert_eq!(document["findings"][0]["code"], first, "{name}");
        assert_eq!(document["signature_checked"], false);
    }
}

#[test]
fn a_pipe_is_read_up_to_the_limit() {
    let environment = Environment::new();
    let pipe = |write: &dyn Fn(&mut dyn std::io::Write)| {
        let mut command = environment.command(&["okta", "metadata", "check", "-"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        write(&mut stdin);
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, stdout) = pipe(&|stdin| stdin.write_all(&file("good.xml")).unwrap());
    assert_eq!(code, Some(0), "{stdout}");
    // A hundred mebibytes; the reader goes after the first, and the pipe breaks.
    let (code, stdout) = pipe(&|stdin| {
        let piece = vec![b'<'; 1 << 20];
        for _ in 0..100 {
            if stdin.write_all(&piece).is_err() {
                return;
            }
        }
        panic!("all of it was read");
    });
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.contains("too-large"), "{stdout}");
}

#[test]
fn an_address_is_asked_and_its_app_compared() {
    let environment = Environment::new();
    let run = |address: &str| environment.run(&["okta", "metadata", "check", address]);
    let address = serve(answer("200 OK", &file("good.xml")));
    let ran = run(&format!("{address}/app/exk9/sso/saml/metadata")).expect(0);
    assert!(ran.stdout.contains("other-app"), "{ran}");
    let page = run(&serve(answer("200 OK", &file("page-sign-in.html")))).expect(1);
    assert!(
        page.stdout.contains("This is Okta's sign-in page"),
        "{page}"
    );
    let refused = run(&serve(answer("401 X", &file("json-error-token.json")))).expect(4);
    assert!(
        refused.stderr.contains("Invalid token provided"),
        "{refused}"
    );
    assert!(refused.stderr.contains("Metadata URL"), "{refused}");
    let _ = run(&serve(answer("404 X", b""))).expect(1);
    let away = b"HTTP/1.1 302 X\r\nLocation: https://login.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let away = run(&serve(*away)).expect(1);
    assert!(away.stderr.contains("another server"), "{away}");
    let unsafe_address = run("http://school.okta.com/app/exk1/sso/saml/metadata").expect(2);
    assert!(
        unsafe_address.stderr.contains("https://school.okta.com"),
        "{unsafe_address}"
    );
    let large = run(&serve(answer("200 OK", &vec![b' '; (1 << 20) + 1]))).expect(1);
    assert!(large.stderr.contains("too-large"), "{large}");
    assert!(large.stderr.contains("Metadata URL"), "{large}");
    let cut = run(&serve(*b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n<xml")).expect(7);
    assert!(cut.stderr.contains("was cut short"), "{cut}");
    assert!(!cut.stderr.contains("can't reach"), "{cut}");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let _ = run(&address).expect(7);
}

#[test]
fn a_source_or_an_app_that_is_none_is_refused_with_what_to_write() {
    let environment = Environment::new();
    for (source, part, code) in [
        (".", ". is a folder", 1),
        ("", "the name of the file is empty", 2),
    ] {
        let ran = environment
            .run(&["okta", "metadata", "check", source])
            .expect(code);
        assert!(ran.stderr.contains(part), "{ran}");
        assert!(ran.stderr.contains("its https address, or -"), "{ran}");
    }
    let _ = check(&environment, "good.xml", &["--app", ""]).expect(2);
    let login = [
        "--client-id",
        "school",
        "--login-url",
        "http://example.com/x",
    ];
    let path = fixture("good.xml");
    let verify = ["okta", "metadata", "verify", path.as_str()];
    let ran = environment.run(&[&verify[..], &login].concat()).expect(2);
    assert!(ran.stderr.contains("Command's sign-on address"), "{ran}");
    assert!(!ran.stderr.contains("Metadata URL"), "{ran}");
}

#[test]
fn fetch_saves_what_can_work_and_replaces_nothing_unasked() {
    let environment = Environment::new();
    let good = serve(answer("200 OK", &file("good.xml")));
    let other = serve(answer("200 OK", &file("good-one-line.xml")));
    let page = serve(answer("200 OK", &file("page-sign-in.html")));
    let fetch = |address: &str, more: &[&str]| {
        environment.run(&[&["okta", "metadata", "fetch", address], more].concat())
    };
    let path: PathBuf = environment.path("metadata.xml");
    let out = ["--out", "metadata.xml"];

    let refused = fetch(&page, &out).expect(1);
    assert!(refused.stdout.contains("sign-in-page"), "{refused}");
    assert!(!path.exists());

    let saved = fetch(&good, &out).expect(0);
    assert!(saved.stdout.contains("Saved as metadata.xml."), "{saved}");
    assert_eq!(std::fs::read(&path).unwrap(), file("good.xml"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }

    let _ = fetch(&good, &out).expect(0);
    let kept = fetch(&other, &out).expect(1);
    assert!(kept.stderr.contains("holds something else"), "{kept}");
    assert_eq!(std::fs::read(&path).unwrap(), file("good.xml"));
    let _ = fetch(&page, &["--out", "metadata.xml", "--force"]).expect(1);
    assert_eq!(std::fs::read(&path).unwrap(), file("good.xml"));
    let _ = fetch(&other, &["--out", "metadata.xml", "--force"]).expect(0);
    assert_eq!(std::fs::read(&path).unwrap(), file("good-one-line.xml"));
    let left = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let temporary = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .starts_with(".tmp")
    });
    assert_eq!(temporary.count(), 0);

    let missing = fetch(&good, &["--out", "there/is/none.xml"]).expect(1);
    assert!(missing.stderr.contains("can't write"), "{missing}");
    assert!(
        missing.stderr.contains("make the folder there/is first"),
        "{missing}"
    );
    assert!(!missing.stderr.contains(".tmp"), "{missing}");
    std::fs::create_dir(path.with_file_name("folder")).unwrap();
    let folder = fetch(&good, &["--out", "folder"]).expect(1);
    assert!(folder.stderr.contains("folder is a folder"), "{folder}");
    assert!(folder.stderr.contains("folder/metadata.xml"), "{folder}");
}

#[test]
fn without_a_file_the_metadata_itself_is_the_answer() {
    let environment = Environment::new();
    let odd = serve(answer("200 OK", &file("requests-signed.xml")));
    let ran = environment
        .run(&["okta", "metadata", "fetch", &odd])
        .expect(0);
    assert_eq!(ran.stdout.as_bytes(), file("requests-signed.xml"));
    assert!(ran.stderr.contains("signed-requests-wanted"), "{ran}");
    let page = serve(answer("200 OK", &file("page-console.html")));
    let ran = environment
        .run(&["okta", "metadata", "fetch", &page])
        .expect(1);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("web-page"),
        "{ran}"
    );
    let json = ["okta", "metadata", "fetch", &odd, "--output", "json"];
    let ran = environment.run(&json).expect(2);
    assert!(ran.stderr.contains("--out"), "{ran}");
}
