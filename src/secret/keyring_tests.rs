//! The keyring behind a system that answers as a test wants it to.

use std::collections::BTreeMap;
use std::time::Instant;

use super::*;

const TOKEN: SecretKind = SecretKind::ScimToken;

/// A system in memory that can be slow, can fail, and can lose what it took.
#[derive(Default)]
struct Fake {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    delay: Duration,
    error: Option<StoreError>,
    forgetful: bool,
    calls: Mutex<u32>,
}

impl Fake {
    fn answer(&self) -> Result<(), StoreError> {
        *self.calls.lock().unwrap() += 1;
        thread::sleep(self.delay);
        self.error.clone().map_or(Ok(()), Err)
    }
}

impl Backend for Fake {
    fn read(&self, user: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.answer()?;
        let entries = self.entries.lock().unwrap();
        Ok(entries.get(user).cloned().map(Zeroizing::new))
    }

    fn write(&self, user: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.answer()?;
        if !self.forgetful {
            let mut entries = self.entries.lock().unwrap();
            entries.insert(user.to_owned(), bytes.to_owned());
        }
        Ok(())
    }

    fn remove(&self, user: &str) -> Result<bool, StoreError> {
        self.answer()?;
        Ok(self.entries.lock().unwrap().remove(user).is_some())
    }
}

fn keyring(fake: Fake) -> (SystemKeyring, Arc<Fake>) {
    let fake = Arc::new(fake);
    let limit = Duration::from_secs(1);
    let keyring = SystemKeyring::with(Arc::clone(&fake) as Arc<dyn Backend>, limit, limit);
    (keyring, fake)
}

fn kept(text: &str) -> Kept {
    Kept {
        secret: Secret::new(text, Origin::Prompt),
        since: Some("2026-01-02T03:04:05Z".parse().unwrap()),
    }
}

#[test]
fn what_is_kept_comes_back_with_its_age_and_is_forgotten() {
    let (keyring, fake) = keyring(Fake::default());
    assert!(keyring.get("school", TOKEN).unwrap().is_none());
    keyring
        .set("school", TOKEN, &kept("one \"quoted\"\nline"))
        .unwrap();
    let entry = fake.entries.lock().unwrap()["school/scim-token"].clone();
    let entry: serde_json::Value = serde_json::from_slice(&entry).unwrap();
    assert_eq!(
        entry,
        serde_json::json!({
            "atriumctl": 1,
            "secret": "one \"quoted\"\nline",
            "since": "2026-01-02T03:04:05Z",
        })
    );
    let found = keyring.get("school", TOKEN).unwrap().unwrap();
    assert_eq!(found.secret.expose(), "one \"quoted\"\nline");
    assert_eq!(found.secret.origin(), &Origin::Keyring);
    assert_eq!(found.since, kept("").since);
    assert!(keyring.get("other", TOKEN).unwrap().is_none());
    assert!(keyring.get("school", SecretKind::ApiKey).unwrap().is_none());
    assert!(keyring.forget("school", TOKEN).unwrap());
    assert!(!keyring.forget("school", TOKEN).unwrap());
}

#[test]
fn what_other_programs_put_there_is_the_secret() {
    let utf16: Vec<u8> = "plain".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, text) in [
        (b"plain\n".to_vec(), "plain"),
        (utf16, "plain"),
        (b"{\"token\": 1}".to_vec(), "{\"token\": 1}"),
        (b"17".to_vec(), "17"),
        (Vec::new(), ""),
    ] {
        let found = decode(&bytes).unwrap();
        assert_eq!((found.secret.expose(), found.since), (text, None));
    }
    for (bytes, told) in [
        (&b"\xff\xfe\x01"[..], "no text"),
        (b"a\0b", "no text"),
        (
            b"{\"atriumctl\": 2, \"sealed\": \"s3cret\"}",
            "another version",
        ),
    ] {
        let error = decode(bytes).unwrap_err().to_string();
        assert!(error.contains(told) && !error.contains("s3cret"), "{error}");
    }
}

#[test]
fn a_slow_keyring_is_given_up_and_not_asked_again() {
    let (mut keyring, fake) = keyring(Fake {
        delay: Duration::from_secs(20),
        ..Fake::default()
    });
    keyring.reading = Duration::from_millis(50);
    let start = Instant::now();
    for _ in 0..3 {
        let error = keyring.get("school", TOKEN).unwrap_err();
        assert!(matches!(error, StoreError::Slow(_)), "{error}");
    }
    let error = keyring.set("school", TOKEN, &kept("x")).unwrap_err();
    assert!(matches!(error, StoreError::Slow(_)), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(*fake.calls.lock().unwrap(), 1);
    assert_eq!(
        StoreError::Slow(READING.as_secs()).to_string(),
        "the keyring did not answer within 3 seconds; it may wait to be unlocked"
    );
}

#[test]
fn a_refusal_is_told_and_a_thread_that_breaks_off_is_none() {
    let (locked, fake) = keyring(Fake {
        error: Some(StoreError::Locked),
        ..Fake::default()
    });
    assert_eq!(locked.get("s", TOKEN).unwrap_err(), StoreError::Locked);
    assert_eq!(locked.forget("s", TOKEN).unwrap_err(), StoreError::Locked);
    // It may be unlocked in between.
    assert_eq!(*fake.calls.lock().unwrap(), 2);
    let broken = locked.within(READING, |_| -> Result<(), StoreError> {
        std::panic::resume_unwind(Box::new("broken"))
    });
    assert!(broken.unwrap_err().to_string().contains("broke off"));
}

#[test]
fn a_probe_leaves_nothing_and_finds_out_what_is_lost() {
    let (good, fake) = keyring(Fake::default());
    good.set("school", TOKEN, &kept("x")).unwrap();
    good.probe("school").unwrap();
    assert_eq!(fake.entries.lock().unwrap().len(), 1);
    let (bad, _) = keyring(Fake {
        forgetful: true,
        ..Fake::default()
    });
    let error = bad.probe("school").unwrap_err().to_string();
    assert!(error.contains("did not give it back"), "{error}");
}

#[test]
fn errors_of_the_system_get_our_words() {
    let platform = |text: &str| keyring::Error::PlatformFailure(text.into());
    let access = |text: &str| keyring::Error::NoStorageAccess(text.into());
    for (error, told) in [
        (
            access("SS error: prompt dismissed"),
            "the keyring is locked",
        ),
        (
            platform("SS error: prompt dismissed"),
            "the keyring is locked",
        ),
        (access("SS Error: object locked"), "the keyring is locked"),
        (
            platform("zbus error: org.freedesktop.Secret.Error.IsLocked: no"),
            "the keyring is locked",
        ),
        (
            access("SS error: result not returned from SS API"),
            "the keyring refused: it has no default collection, or lost it while it was asked",
        ),
        (platform("disk full"), "the keyring refused: disk full"),
        (
            keyring::Error::TooLong("secret".to_owned(), 2560),
            "the keyring keeps at most 2560 bytes in an entry, and this one has 3300",
        ),
        (
            keyring::Error::Ambiguous(Vec::new()),
            "the keyring refused: 0 of its entries are for this secret; remove all but one",
        ),
        (
            keyring::Error::BadEncoding(b"s3cret".to_vec()),
            "the keyring refused: its entry is damaged",
        ),
        (
            keyring::Error::BadDataFormat(b"s3cret".to_vec(), "s3cret".into()),
            "the keyring refused: its entry is damaged",
        ),
        (
            keyring::Error::NoDefaultStore,
            "there is no keyring here: it could not be reached",
        ),
    ] {
        assert_eq!(failure(&error, 3300).to_string(), told);
    }
}
