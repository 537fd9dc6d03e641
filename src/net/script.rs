//! A server for tests that answers each request by a rule, byte for byte as the rule says, so
//! that it can also be wrong: cut off, too long, not HTTP.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// The head, names as they were sent.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.target.split('?').next() == Some(path)
    }

    /// A value of the query, still encoded.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.target
            .split_once('?')?
            .1
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// What to do with a request.
pub(crate) enum Reply {
    /// Send these bytes and close.
    Bytes(Vec<u8>),
    /// Close without a word.
    Cut,
    /// Keep the connection open without a word.
    Silence,
}

/// An answer with a body of JSON.
pub(crate) fn json(status: u16, body: impl ToString) -> Reply {
    with_headers(
        status,
        "Content-Type: application/scim+json\r\n",
        &body.to_string(),
    )
}

/// An answer with some headers, each with its line end.
pub(crate) fn with_headers(status: u16, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(
        format!(
            "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

/// A server that runs until it is dropped.
pub(crate) struct Script {
    pub(crate) address: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Script {
    /// Answers by `rule`, which is given each request and its number, counted from 0.
    pub(crate) async fn serve(
        rule: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Script {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let rule = Arc::new(rule);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, rule) = (Arc::clone(&log), Arc::clone(&rule));
                tokio::spawn(async move {
                    let _ = one(stream, &log, &*rule).await;
                });
            }
        });
        Script {
            address,
            received,
            task,
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Method and target of each request.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.received()
            .iter()
            .map(|request| format!("{} {}", request.method, request.target))
            .collect()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn one(
    mut stream: TcpStream,
    log: &Mutex<Vec<Received>>,
    rule: &(impl Fn(usize, &Received) -> Reply + ?Sized),
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let mut words = head.split(' ');
    let request = Received {
        method: words.next().unwrap_or_default().to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&bytes[head_end..]).into_owned(),
        head,
    };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(request.clone());
        log.len() - 1
    };
    match rule(number, &request) {
        Reply::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Reply::Cut => Ok(()),
        Reply::Silence => std::future::pending().await,
    }
}
