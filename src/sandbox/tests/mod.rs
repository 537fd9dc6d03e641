//! The sandbox over real HTTP, as its clients meet it: a world to talk to, and the tests by
//! subject.

mod cards;
mod paging;
mod personalities;
mod protocol;
mod versions;
mod worlds;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use super::*;

/// A world in a folder of its own, served.
struct World {
    dir: tempfile::TempDir,
    running: Option<Running>,
    token: String,
}

struct Reply {
    status: u16,
    head: String,
    body: Value,
}

impl World {
    fn new(personality: &str) -> World {
        Self::with(personality, Faults::default())
    }

    fn with(personality: &str, faults: Faults) -> World {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.people = 60;
        settings.personality = personality.parse().unwrap();
        settings.faults = faults;
        let running = start(&settings).unwrap();
        let token = scim_token(dir.path()).unwrap();
        World {
            dir,
            running: Some(running),
            token,
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn restart(&mut self) {
        self.running = None;
        self.running = Some(start(&Settings::new(self.path())).unwrap());
    }

    fn send(
        &self,
        method: &str,
        route: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        let url = self.running.as_ref().unwrap().base_url();
        let host = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        let mut head =
            format!("{method} {route} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: serde_json::from_str(body).unwrap_or(Value::Null),
        })
    }

    fn try_scim(&self, method: &str, route: &str, body: &Value) -> io::Result<Reply> {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/scim+json"),
        ];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &format!("/scim{route}"), &headers, body.as_bytes())
    }

    fn scim(&self, method: &str, route: &str, body: Value) -> Reply {
        self.try_scim(method, route, &body).unwrap()
    }

    /// A new REST token.
    fn log_in(&self) -> String {
        let key = api_key(self.path()).unwrap();
        let headers = [("x-api-key", key.as_str())];
        let reply = self.send("POST", "/token", &headers, b"").unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body["token"].as_str().unwrap().to_owned()
    }

    fn try_rest(&self, token: &str, method: &str, route: &str, body: &Value) -> io::Result<Reply> {
        let headers = [
            ("x-verkada-auth", token),
            ("Content-Type", "application/json"),
        ];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.send(method, route, &headers, body.as_bytes())
    }

    fn get(&self, route: &str) -> Value {
        let reply = self.scim("GET", route, Value::Null);
        assert_eq!(reply.status, 200, "{route}: {}", reply.body);
        reply.body
    }

    /// Makes a user and returns the id.
    fn user(&self, local: &str) -> String {
        let reply = self.scim(
            "POST",
            "/Users",
            json!({"userName": format!("{local}@campus.example")}),
        );
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let reply = self.scim(
            "POST",
            "/Groups",
            json!({"displayName": name, "members": members}),
        );
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    fn patch(&self, route: &str, operations: Value) -> Reply {
        let urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        self.scim(
            "PATCH",
            route,
            json!({"schemas": [urn], "Operations": operations}),
        )
    }

    fn deactivate(&self, id: &str) {
        let reply = self.patch(
            &format!("/Users/{id}"),
            json!([{"op": "replace", "value": {"active": false}}]),
        );
        assert_eq!((reply.status, &reply.body["active"]), (200, &json!(false)));
    }

    fn member_ids(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}"));
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect()
    }

    fn find(&self, filter: &str) -> Value {
        self.get(&format!(
            "/Users?filter={}",
            filter.replace(' ', "%20").replace('"', "%22")
        ))
    }
}

fn refused(reply: &Reply, status: u16, scim_type: &str) {
    assert_eq!(
        (reply.status, &reply.body["scimType"]),
        (status, &json!(scim_type)),
        "{}",
        reply.body
    );
    assert_eq!(reply.body["status"], status.to_string());
}
