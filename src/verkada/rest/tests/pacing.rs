//! The pace of a whole client, in virtual time.

use tokio::time::Instant;

use super::*;
use crate::model::AccessUserId;

/// A server with Command's limit, 25 requests in each window of five seconds, of which another
/// client uses some.
fn limited(others: u32) -> Stage {
    let started = Instant::now();
    let window = Arc::new(Mutex::new((u64::MAX, 0)));
    let dice = Arc::new(Mutex::new(fastrand::Rng::with_seed(7)));
    Stage::new(move |sent: Sent| {
        let latency = |dice: &mut fastrand::Rng| Duration::from_millis(dice.u64(20..400));
        let (there, back) = {
            let mut dice = dice.lock().unwrap();
            (latency(&mut dice), latency(&mut dice))
        };
        let window = Arc::clone(&window);
        async move {
            tokio::time::sleep(there).await;
            let is_taken = {
                let index = (started.elapsed().as_millis() as u64 + 1_700) / 5_000;
                let mut window = window.lock().unwrap();
                if window.0 != index {
                    *window = (index, others);
                }
                window.1 += 1;
                window.1 <= 25
            };
            tokio::time::sleep(back).await;
            if !is_taken {
                return stage::json(429, "");
            }
            let id = sent
                .url
                .query()
                .and_then(|query| query.strip_prefix("user_id="));
            stage::json(200, json!({"token": TOKEN, "user_id": id, "cards": []}))
        }
    })
}

/// Reads `people` people, as many at once as the transport lets.
async fn read_everybody(client: &RestClient, people: u32) -> Duration {
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..people {
        let client = client.clone();
        tasks.spawn(async move {
            let id = AccessUserId::from(number.to_string().as_str());
            client.record(&id).await.unwrap().unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    started.elapsed()
}

#[tokio::test(start_paused = true)]
async fn two_thousand_people_take_as_long_as_the_share_says() {
    let client = on_stage(limited(0));
    assert_eq!(client.allowance().share, 20);
    let took = read_everybody(&client, 1_999).await.as_secs_f64();
    let allowed = 2_000.0 / 4.0;
    assert!(took * 0.95 <= allowed && took >= allowed - 5.0, "{took} s");
    let counts = client.requests();
    assert!(counts.iter().all(|count| count.retries == 0), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn beside_another_client_everything_is_read() {
    let client = on_stage(limited(12));
    let took = read_everybody(&client, 499).await.as_secs_f64();
    // Thirteen are left in each window.
    assert!(took < 2.0 * 500.0 / 13.0 * 5.0, "{took} s");
    let retries: u64 = client.requests().iter().map(|count| count.retries).sum();
    assert!((1..100).contains(&retries), "{retries}");
}
