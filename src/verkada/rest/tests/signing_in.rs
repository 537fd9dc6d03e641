//! Tokens: made once, renewed by one, and never asked for without end.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::time::Instant;

use super::*;

/// A server whose tokens are numbered. A token is good for `lifetime`; the newest one is taken.
#[derive(Clone)]
struct Gate {
    made: Arc<Mutex<Vec<Instant>>>,
    lifetime: Duration,
    refused: Arc<AtomicU32>,
}

impl Gate {
    fn new(lifetime: Duration) -> Self {
        Gate {
            made: Arc::default(),
            lifetime,
            refused: Arc::default(),
        }
    }

    fn client(&self) -> RestClient {
        let gate = self.clone();
        on_stage(Stage::new(move |sent| {
            let gate = gate.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                gate.answer(&sent)
            }
        }))
    }

    fn answer(&self, sent: &Sent) -> Reply {
        let mut made = self.made.lock().unwrap();
        if sent.url.path() == "/base/token" {
            assert_eq!(sent.headers["x-api-key"], KEY);
            assert!(sent.headers["x-api-key"].is_sensitive());
            assert!(sent.headers.get("x-verkada-auth").is_none() && sent.body.is_empty());
            made.push(Instant::now());
            return stage::json(200, json!({"token": format!("v2_{}", made.len())}));
        }
        let newest = format!("v2_{}", made.len());
        let is_good = made
            .last()
            .is_some_and(|made| made.elapsed() < self.lifetime);
        if is_good && sent.headers["x-verkada-auth"] == newest {
            stage::json(200, json!({"access_members": []}))
        } else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            stage::json(401, json!({"id": "0e2d", "message": "Token expired"}))
        }
    }

    fn made(&self) -> usize {
        self.made.lock().unwrap().len()
    }

    fn refused(&self) -> u32 {
        self.refused.load(Ordering::Relaxed)
    }
}

async fn twenty_calls(client: &RestClient) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        tasks.spawn(async move { client.everybody().await.unwrap() });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

const HALF_HOUR: Duration = Duration::from_secs(1800);

#[tokio::test(start_paused = true)]
async fn twenty_calls_at_once_need_one_token() {
    let gate = Gate::new(HALF_HOUR);
    twenty_calls(&gate.client()).await;
    assert_eq!((gate.made(), gate.refused()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_ends() {
    let gate = Gate::new(HALF_HOUR);
    let client = gate.client();
    for minute in 0..120 {
        client.everybody().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(gate.made(), 1 + minute / 25, "minute {minute}");
    }
    assert_eq!(gate.refused(), 0);
    let counts = client.requests();
    assert_eq!(counts[1].endpoint, "POST /token");
    assert_eq!((counts[0].sent, counts[1].sent), (120, 5));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_early_is_renewed_by_one_for_all() {
    let gate = Gate::new(Duration::from_secs(300));
    let client = gate.client();
    twenty_calls(&client).await;
    tokio::time::sleep(Duration::from_secs(301)).await;
    twenty_calls(&client).await;
    assert_eq!(gate.made(), 2);
    assert!(gate.refused() >= 1);
    // Everything counts against the pace: 40 calls, the repeated ones, and two tokens.
    let sent: u64 = client.requests().iter().map(|count| count.sent).sum();
    assert_eq!(sent, 42 + u64::from(gate.refused()));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_no_token_is_not_asked_without_end() {
    let gate = Gate::new(Duration::ZERO);
    let client = gate.client();
    let error = client.add_card(&"a".into(), &card()).await.unwrap_err();
    assert_eq!(error.code(), Code::ApiKeyRefused);
    assert_eq!(
        error.to_string(),
        "POST /access/v1/credentials/card: Command refused the API key (401): Token expired"
    );
    assert_eq!((gate.made(), gate.refused()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_refused_is_asked_about_once() {
    for status in [400, 401, 403] {
        let asked = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&asked);
        let client = on_stage(Stage::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            let echo = format!("{KEY} is dead");
            async move { stage::json(status, json!({"id": "x", "message": echo})) }
        }));
        for _ in 0..3 {
            let error = client.everybody().await.unwrap_err();
            assert_eq!(error.code(), Code::ApiKeyRefused);
            assert_eq!(
                error.to_string(),
                format!("POST /token: Command refused the API key ({status}): •••• is dead")
            );
            assert!(error.code().remedy().contains("check the region"));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_not_sent() {
    for (status, body, code) in [
        (
            200,
            json!({"token": ""}).to_string(),
            Code::UnexpectedAnswer,
        ),
        (
            200,
            json!({"token": null}).to_string(),
            Code::UnexpectedAnswer,
        ),
        (
            200,
            json!({"token": "two words"}).to_string(),
            Code::UnexpectedAnswer,
        ),
        (
            200,
            json!({"token": "x\ny"}).to_string(),
            Code::UnexpectedAnswer,
        ),
        (200, "<html>".to_owned(), Code::UnexpectedAnswer),
        (403, "<html>".to_owned(), Code::UnexpectedAnswer),
        (404, "{}".to_owned(), Code::UnexpectedAnswer),
        (503, String::new(), Code::Unavailable),
    ] {
        let client = on_stage(Stage::new(move |sent| {
            assert_eq!(sent.url.path(), "/base/token");
            let reply = stage::json(status, &body);
            async { reply }
        }));
        let error = client.everybody().await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().starts_with("POST /token: "), "{error}");
        assert!(!error.to_string().contains("words"), "{error}");
    }
    let lost = on_stage(Stage::new(|_| async {
        Err(NetError::Lost("cut".to_owned()))
    }));
    let error = lost.everybody().await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
}
