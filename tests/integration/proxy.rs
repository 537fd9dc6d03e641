//! A server between the tool and the sandbox that changes answers on their way: for behaviour that
//! no Command is known to have, but SCIM servers elsewhere had.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// What the tool asked.
pub struct Asked {
    pub method: String,
    /// Path and query as sent.
    pub target: String,
}

/// An answer on its way: status and body.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// Stands before the server at `base` (`http://host:port`) and lets `change` look at every answer.
/// Returns its own address. It ends with the process.
pub fn between(
    base: &str,
    change: impl Fn(&Asked, Answer) -> Answer + Send + Clone + 'static,
) -> String {
    let behind = base.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (behind, change) = (behind.clone(), change.clone());
            thread::spawn(move || pass(stream.ok()?, &behind, &change));
        }
    });
    url
}

/// Passes one request on. `None` if either side hung up.
fn pass(
    mut front: TcpStream,
    behind: &str,
    change: &impl Fn(&Asked, Answer) -> Answer,
) -> Option<()> {
    let (head, body) = message(&mut front)?;
    let mut words = head.split(' ');
    let asked = Asked {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
    };
    let mut back = TcpStream::connect(behind).ok()?;
    let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    back.write_all(head.as_bytes()).ok()?;
    back.write_all(&body).ok()?;
    let (head, body) = message(&mut back)?;
    let answer = Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        body: String::from_utf8(body).ok()?,
    };
    let Answer { status, body } = change(&asked, answer);
    write!(
        front,
        "HTTP/1.1 {status} X\r\nContent-Type: application/scim+json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()
}

/// Reads a request or an answer: its head with the blank line, and its body.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..at + 4].to_vec()).ok()?;
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().ok())?
            });
            let mut body = bytes[at + 4..].to_vec();
            while body.len() < length.unwrap_or(0) {
                let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
                body.extend_from_slice(&buffer[..read]);
            }
            return Some((head, body));
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
}
