//! `okta metadata upload` and `verify` against the sandbox, and the stand-in Okta's addresses: one
//! for each way in which metadata goes wrong.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use atriumctl::sandbox;
use serde_json::Value;

use crate::environment::{Environment, Ran};
use crate::http;

/// The body of what is at a path of the server.
fn get(url: &str, path: &str) -> Vec<u8> {
    http::send(url, &format!("GET {path}"), "", None).body
}

fn form_path(form: &str) -> String {
    let id = form.replace('-', "");
    format!("/app/verkada/exk{id}/sso/saml/metadata")
}

/// Saves a form of metadata as a file.
fn save(environment: &Environment, url: &str, path: &str, name: &str) -> Vec<u8> {
    let bytes = get(url, path);
    environment.write(name, &bytes);
    bytes
}

fn okta(environment: &Environment, arguments: &[&str]) -> Ran {
    let all = ["okta", "metadata"];
    let sandbox = ["--profile", "sandbox"];
    environment.run(&[&all[..], arguments, &sandbox].concat())
}

fn upload(environment: &Environment, file: &str) -> Ran {
    let arguments = ["upload", file, "--client-id", "campus", "--yes"];
    okta(
        environment,
        &[&arguments[..], &["--output", "json"]].concat(),
    )
}

fn verify(environment: &Environment, file: &str) -> Ran {
    let arguments = ["verify", file, "--client-id", "campus"];
    okta(
        environment,
        &[&arguments[..], &["--output", "json"]].concat(),
    )
}

#[test]
fn every_address_of_the_stand_in_okta_gives_its_finding() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    // What is found first, and the code that the check ends with.
    let forms = [
        ("ending-soon", "certificate-ends-soon", 5),
        ("rotated", "", 0),
        ("signed", "signed-not-checked", 0),
        ("requests-signed", "signed-requests-wanted", 0),
        ("post-only", "", 0),
        ("preview", "test-organization", 0),
        ("sha1", "weak-signature", 0),
        ("rsa1024", "weak-key", 0),
        ("two-certificates", "several-signing-certificates", 0),
        ("other-host", "hosts-differ", 0),
        ("other-app", "other-app", 0),
        ("plain-http", "location-not-https", 0),
        ("byte-order-mark", "byte-order-mark", 0),
        ("utf16", "utf-16", 0),
        ("blank-line-first", "blanks-before-xml", 0),
        ("page", "web-page", 1),
        ("sign-in-page", "sign-in-page", 1),
        ("json-error", "okta-error", 1),
        ("certificate", "certificate-file", 1),
        ("certificate-der", "certificate-file", 1),
        ("service-provider", "service-provider-metadata", 1),
        ("several-entities", "several-entities", 1),
        ("browser-remark", "browser-copy", 1),
        ("browser-marks", "browser-copy", 1),
        ("html-entity", "unknown-entity", 1),
        ("damaged-base64", "certificate-damaged", 1),
        ("truncated-base64", "certificate-cut-short", 1),
        ("cut-short", "metadata-cut-short", 1),
        ("expired", "certificate-expired", 1),
        ("not-yet-valid", "certificate-not-yet-valid", 1),
        ("encryption-only", "encryption-key-only", 1),
        ("no-certificate", "no-certificate", 1),
        ("no-sign-on", "no-sign-on-service", 1),
        ("soap-only", "no-browser-binding", 1),
        ("doctype", "doctype", 1),
        ("entity-bomb", "doctype", 1),
        ("empty", "empty-file", 1),
    ];
    let index = String::from_utf8(get(&url, "/app/")).unwrap();
    let listed = index.matches("<li>").count();
    assert_eq!(listed, forms.len() + 1, "{index}");
    for (form, finding, code) in forms {
        let path = form_path(form);
        assert!(index.contains(&format!("\"{path}\"")), "{form}: {index}");
        let address = format!("{url}{path}");
        let ran = environment.run(&["okta", "metadata", "check", &address, "--output", "json"]);
        let ran = ran.expect(code);
        let first = &ran.json()["findings"][0]["code"];
        assert_eq!(first.as_str().unwrap_or_default(), finding, "{form}: {ran}");
    }
    // The short address serves the same, and the good file has nothing wrong.
    let long = sandbox::metadata_path();
    let short = long.replacen("/verkada", "", 1);
    assert_eq!(get(&url, &long), get(&url, &short));
    let good = environment.run(&["okta", "metadata", "check", &format!("{url}{long}")]);
    let good = good.expect(0);
    assert!(good.stdout.contains("Nothing is wrong"), "{good}");
    assert!(good.stdout.contains("RSA 2048"), "{good}");
}

#[test]
fn what_was_uploaded_is_in_force_until_okta_rotates_its_certificate() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    let path = sandbox::metadata_path();
    let first = save(&environment, &url, &path, "good.xml");

    let before = verify(&environment, "good.xml").expect(1).json();
    assert_eq!(before["schema"], "atriumctl.metadata-verify/1");
    assert_eq!(before["sign_on"]["verdict"], "not-configured");
    assert_eq!(before["live"]["verdict"], "match");

    let sent = upload(&environment, "good.xml").expect(0).json();
    assert_eq!(sent["schema"], "atriumctl.metadata-upload/1");
    assert_eq!(sent["outcome"], "read-back");
    assert_eq!(
        (&sent["upload"], &sent["before"]),
        (&"u1".into(), &"nothing".into())
    );
    let again = upload(&environment, "good.xml").expect(0).json();
    assert_eq!(again["outcome"], "already-in-force");
    assert_eq!(again["upload"], Value::Null);

    let after = verify(&environment, "good.xml").expect(0).json();
    assert_eq!(after["sign_on"]["verdict"], "match");
    assert_eq!(after["sign_on"]["binding"], "HTTP-Redirect");
    assert_eq!(after["live"]["verdict"], "match");
    assert_eq!(after["certificate_in_command_proven"], false);
    let other = ["verify", "good.xml", "--client-id", "Campus"];
    let other = okta(&environment, &other).expect(1);
    assert!(other.stdout.contains("not configured"), "{other}");

    let rotated = environment
        .run(&["sandbox", "okta", "rotate-certificate"])
        .expect(0);
    assert!(rotated.stdout.contains("is replaced by"), "{rotated}");
    let stale = verify(&environment, "good.xml").expect(1).json();
    assert_eq!(stale["sign_on"]["verdict"], "match");
    assert_eq!(stale["live"]["verdict"], "differs");
    let changes = &stale["live"]["changes"];
    assert_eq!(changes["certificates_gone"].as_array().unwrap().len(), 1);
    assert_ne!(changes["certificates_gone"], changes["certificates_new"]);
    let told = okta(
        &environment,
        &["verify", "good.xml", "--client-id", "campus"],
    )
    .expect(1);
    let sentence = "the file is no longer what Okta serves";
    assert!(told.stdout.contains(sentence), "{told}");
    assert!(told.stdout.contains("Not provable from outside"), "{told}");

    // The address itself is checked, uploaded and verified as well as a file.
    let address = format!("{url}{path}");
    let sent = upload(&environment, &address).expect(0).json();
    assert_eq!(
        (&sent["upload"], &sent["before"]),
        (&"u2".into(), &"other".into())
    );
    assert_eq!(
        sent["changes"]["certificates_new"],
        changes["certificates_new"]
    );
    let now = verify(&environment, &address).expect(0).json();
    assert_eq!(now["live"]["itself"], true);

    // What was in force before each upload can be had back.
    let show = |arguments: &[&str]| {
        let all = ["history", "show"];
        environment.run(&[&all[..], arguments, &["--profile", "sandbox"]].concat())
    };
    let before = show(&["u2", "--before"]).expect(0);
    assert_eq!(before.stdout.as_bytes(), first);
    let after = show(&["u1", "--after"]).expect(0);
    assert_eq!(after.stdout.as_bytes(), first);
    let nothing = show(&["u1", "--before"]).expect(1);
    assert!(nothing.stderr.contains("nothing was in force"), "{nothing}");
    let _ = show(&["u2", "--before", "--out", "old.xml"]).expect(0);
    assert_eq!(fs::read(environment.path("old.xml")).unwrap(), first);
    let upload = show(&["u2", "--output", "json"]).expect(0).json();
    assert_eq!(upload["outcome"], "read-back");
    assert_ne!(upload["before"]["sha256"], upload["after"]["sha256"]);
}

#[test]
fn what_cannot_work_is_refused_and_nothing_changes() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    save(&environment, &url, &sandbox::metadata_path(), "good.xml");
    let _ = upload(&environment, "good.xml").expect(0);
    running.reset_requests();
    for form in ["expired", "sign-in-page", "doctype", "no-sign-on", "empty"] {
        save(&environment, &url, &form_path(form), "bad.xml");
        let refused = upload(&environment, "bad.xml").expect(1).json();
        assert_eq!(refused["outcome"], "refused", "{form}");
        assert_eq!(refused["upload"], Value::Null, "{form}");
    }
    let asked = ["upload", "good.xml", "--client-id", "campus"];
    let asked = okta(&environment, &asked).expect(2);
    assert!(asked.stderr.contains("--yes"), "{asked}");
    let requests = running.requests();
    let admin = |(endpoint, _): &(&String, &u64)| endpoint.contains("/admin/");
    assert_eq!(requests.iter().filter(admin).count(), 0, "{requests:?}");
    let still = verify(&environment, "good.xml").expect(0).json();
    assert_eq!(still["sign_on"]["verdict"], "match");

    let unknown = ["upload", "good.xml", "--client-id", "nobody", "--yes"];
    let unknown = okta(&environment, &unknown).expect(1);
    assert!(unknown.stderr.contains("case-sensitive"), "{unknown}");
    let list = [
        "history",
        "list",
        "--profile",
        "sandbox",
        "--output",
        "json",
    ];
    let list = environment.run(&list).expect(0).json();
    assert_eq!(list["total"], 1, "{list}");
}

#[test]
fn another_target_a_posting_form_and_the_wrong_secret_are_told_apart() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    save(&environment, &url, &sandbox::metadata_path(), "good.xml");
    save(&environment, &url, &form_path("post-only"), "post.xml");

    let sent = upload(&environment, "post.xml").expect(0).json();
    assert_eq!(sent["outcome"], "read-back");
    // Its live metadata is beside its own sign-on address.
    let posted = verify(&environment, "post.xml").expect(0).json();
    assert_eq!(posted["sign_on"]["verdict"], "match");
    assert_eq!(posted["sign_on"]["binding"], "HTTP-POST");
    let other = verify(&environment, "good.xml").expect(1).json();
    assert_eq!(other["sign_on"]["verdict"], "other-target");
    assert_eq!(other["live"]["verdict"], "match");

    let verify_at = |login: &str, more: &[&str]| {
        let at = ["verify", "post.xml", "--client-id", "campus", "--login-url"];
        okta(&environment, &[&at[..], &[login], more].concat())
    };
    // Okta's own page is one of scripts: nothing can be said.
    let page = format!("{url}/app/verkada/exkpostonly/sso/saml");
    let scripts = verify_at(&page, &[]).expect(5);
    assert!(scripts.stdout.contains("page of scripts"), "{scripts}");
    let nobody = verify_at("http://127.0.0.1:9/saml/login/campus", &[]).expect(7);
    assert!(nobody.stdout.contains("no answer"), "{nobody}");
    let rotated = format!("{url}{}", form_path("page"));
    let login = format!("{url}/saml/login/campus");
    let odd = verify_at(&login, &["--metadata-url", &rotated]).expect(5);
    assert!(odd.stdout.contains("not comparable"), "{odd}");
    let markdown = verify_at(&login, &["--output", "markdown"]).expect(0);
    assert!(
        markdown.stdout.contains("Okta's live metadata"),
        "{markdown}"
    );

    let viewer = fs::read_to_string(environment.sandbox_dir().join("admin-secret-viewer")).unwrap();
    for (secret, part) in [
        (viewer.trim(), "organization admin"),
        ("nonsense", "refused"),
    ] {
        let upload = [
            "okta",
            "metadata",
            "upload",
            "good.xml",
            "--client-id",
            "campus",
        ];
        let more = ["--profile", "sandbox", "--yes"];
        let mut command = environment.command(&[&upload[..], &more].concat());
        command.env("ATRIUMCTL_ADMIN_SECRET", secret);
        let ran = environment.run_command(command).expect(4);
        assert!(ran.stderr.contains(part), "{ran}");
    }
    let still = verify(&environment, "post.xml").expect(0).json();
    assert_eq!(still["sign_on"]["verdict"], "match");
}

#[test]
fn a_pipe_is_uploaded_byte_by_byte_whatever_its_encoding() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    let bytes = get(&url, &form_path("utf16"));
    let arguments = ["okta", "metadata", "upload", "-", "--client-id", "campus"];
    let more = ["--profile", "sandbox", "--yes", "--output", "json"];
    let mut command = environment.command(&[&arguments[..], &more].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["outcome"], "read-back");
    let text = ["history", "show", "u1", "--after", "--profile", "sandbox"];
    let text = environment.run(&text).expect(1);
    assert!(text.stderr.contains("--out"), "{text}");
    let out = [
        "history",
        "show",
        "u1",
        "--after",
        "--out",
        "kept.xml",
        "--profile",
        "sandbox",
    ];
    let _ = environment.run(&out).expect(0);
    assert_eq!(fs::read(environment.path("kept.xml")).unwrap(), bytes);
    environment.write("utf16.xml", &bytes);
    let verified = verify(&environment, "utf16.xml").expect(0).json();
    assert_eq!(verified["sign_on"]["verdict"], "match");
}

/// What a gateway keeps of an upload.
type Keep = fn(&[u8]) -> Vec<u8>;

/// A server of the routes that keeps what `keep` makes of an upload.
fn gateway(keep: Keep) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut kept: Option<Vec<u8>> = None;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0)
            {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            stream.read_exact(&mut body).unwrap();
            let configuration = b"{\"client_id\":\"campus\",\"email_domains\":[]}".to_vec();
            let answer = match head.split(' ').next() {
                Some("put") => {
                    kept = Some(keep(&body));
                    Some(configuration)
                }
                _ if head.contains("/metadata ") => kept.clone(),
                _ => Some(configuration),
            };
            let status = if answer.is_some() { "200 OK" } else { "404 X" };
            let answer = answer.unwrap_or_default();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &answer].concat());
        }
    });
    address
}

#[test]
fn what_a_gateway_made_of_an_upload_is_read_back_and_told() {
    let good = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/metadata/good.xml"
    );
    let respaced = |xml: &[u8]| {
        String::from_utf8_lossy(xml)
            .replace('\n', "\r\n")
            .into_bytes()
    };
    let other = |xml: &[u8]| {
        String::from_utf8_lossy(xml)
            .replace("exk1", "exk2")
            .into_bytes()
    };
    let gateways: [(Keep, &str, i32); 3] = [
        (|xml| xml.to_vec(), "read-back", 0),
        (respaced, "normalised", 0),
        (other, "differs", 1),
    ];
    for (keep, outcome, code) in gateways {
        let environment = Environment::new();
        let url = gateway(keep);
        let profile = format!(
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"us\"\n[command.admin]\n\
             adapter = \"routes\"\nurl = \"{url}\"\n"
        );
        environment.profile("default", &profile);
        let upload = ["okta", "metadata", "upload", good, "--client-id", "campus"];
        let mut command =
            environment.command(&[&upload[..], &["--yes", "--output", "json"]].concat());
        command.env("ATRIUMCTL_ADMIN_SECRET", "secret");
        let sent = environment.run_command(command).expect(code).json();
        assert_eq!(sent["outcome"], outcome);
        let list = environment.run(&["history", "list", "--output", "json"]);
        let list = list.expect(0).json();
        assert_eq!(list["events"][0]["outcome"], outcome, "{list}");
    }
}

#[test]
fn without_routes_a_person_at_a_terminal_is_needed() {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 20);
    let url = running.base_url();
    save(&environment, &url, &sandbox::metadata_path(), "good.xml");
    let profile = format!(
        "[atrium]\nfiles = [\"a.csv\"]\n[command]\nscim_url = \"{url}/scim\"\nsso_url = \"{url}\"\n"
    );
    environment.profile("school", &profile);
    let arguments = [
        "okta",
        "metadata",
        "upload",
        "good.xml",
        "--client-id",
        "campus",
    ];
    let ran = environment.run(&[&arguments[..], &["--profile", "school", "--yes"]].concat());
    let ran = ran.expect(2);
    assert!(ran.stderr.contains("Single Sign-On (SSO)"), "{ran}");
    // Verifying needs nobody: the profile says where sign-on is.
    let _ = upload(&environment, "good.xml").expect(0);
    let live = format!("{url}{}", sandbox::metadata_path());
    let arguments = [
        "okta",
        "metadata",
        "verify",
        "good.xml",
        "--client-id",
        "campus",
    ];
    let more = ["--profile", "school", "--metadata-url", &live];
    let ran = environment.run(&[&arguments[..], &more].concat()).expect(0);
    assert!(ran.stdout.contains("as the file says"), "{ran}");
    // Without a profile it has to be said.
    let ran = environment.run(&arguments);
    assert_eq!(ran.code, 2, "{ran}");
}
