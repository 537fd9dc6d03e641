//! One request over plain HTTP, past the tool: what another client does, and what a test looks at.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// What came back.
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// Sends a request such as `GET /scim/Users` with one header, such as `Authorization: Bearer x`,
/// and a body if there is one. Where there were too many, it is sent again in a moment.
#[track_caller]
pub fn send(base: &str, request: &str, header: &str, body: Option<&Value>) -> Reply {
    loop {
        let reply = send_once(base, request, header, body);
        if reply.status != 429 {
            return reply;
        }
        thread::sleep(Duration::from_millis(60));
    }
}

fn send_once(base: &str, request: &str, header: &str, body: Option<&Value>) -> Reply {
    let host = base.strip_prefix("http://").unwrap();
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut head = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    if !header.is_empty() {
        head.push_str(&format!("{header}\r\n"));
    }
    if !body.is_empty() {
        head.push_str("Content-Type: application/scim+json\r\n");
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n");
    let body = answer.split_off(end.unwrap() + 4);
    let head = String::from_utf8(answer).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, body }
}
