//! The REST interface without a server, on a clock of the tests' own: a bench, and the tests by
//! subject.

mod answers;
mod personalities;
mod refusals;

use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Change, User};
use crate::sandbox::local::KeyScope;
use crate::sandbox::rest;
use crate::sandbox::scim::{self, Call};
use crate::sandbox::{Settings, api_key, api_key_with, open_or_create};

/// Our user with cards of every kind of past, and the numbers of those cards.
const KOFI: &str = "atrium:S1000005";
const DANA: &str = "dana.whitfield@campus.example";
const USER: &str = "/access/v1/access_users/user";
const CARD: &str = "/access/v1/credentials/card";
const GROUP: &str = "/access/v1/access_groups/group";
const CORE: &str = "/core/v1/user";

/// A world without a server.
struct Bench {
    dir: tempfile::TempDir,
    campus: Campus,
    now: Duration,
    token: String,
}

impl Bench {
    fn new(personality: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.people = 0;
        settings.personality = personality.parse().unwrap();
        settings.minute = Duration::from_secs(60);
        let campus = open_or_create(&settings).unwrap();
        let mut bench = Bench {
            dir,
            campus,
            now: Duration::ZERO,
            token: String::new(),
        };
        bench.token = bench.log_in(KeyScope::Full);
        bench
    }

    fn log_in(&mut self, scope: KeyScope) -> String {
        let key = api_key_with(self.dir.path(), scope).unwrap();
        let (status, body) = self.raw("POST", "/token", &[("x-api-key", &key)], b"");
        assert_eq!(status, 200, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    fn raw(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path: Vec<String> = path[1..].split('/').map(str::to_owned).collect();
        let query: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let method: Method = method.parse().unwrap();
        let call = Call {
            method: &method,
            path: &path,
            query: &query,
            headers: &headers,
            body,
        };
        self.campus.count_rest(rest::endpoint(&call));
        let answer = rest::answer(&mut self.campus, &call, self.now);
        let body = answer.body.as_ref().and_then(scim::Body::json);
        (answer.status.as_u16(), body.cloned().unwrap_or_default())
    }

    /// Sends a request of its own second, so that the limit is not met.
    fn send(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        self.now += Duration::from_secs(1);
        let token = self.token.clone();
        let headers = [
            ("x-verkada-auth", token.as_str()),
            (CONTENT_TYPE.as_str(), "application/json"),
        ];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.raw(method, target, &headers, body.as_bytes())
    }

    #[track_caller]
    fn ok(&mut self, method: &str, target: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, target, &body);
        assert_eq!(status, 200, "{method} {target} {body}: {answer}");
        answer
    }

    #[track_caller]
    fn get(&mut self, target: &str) -> Value {
        self.ok("GET", target, Value::Null)
    }

    #[track_caller]
    fn refused(&mut self, method: &str, target: &str, body: Value, status: u16, message: &str) {
        let before = self.fingerprint();
        let (got, answer) = self.send(method, target, &body);
        let told = format!("{method} {target} {body}: {got} {answer}");
        assert_eq!(got, status, "{told}");
        let text = answer["message"].as_str().unwrap_or_default();
        assert!(text.contains(message), "{told}");
        assert_eq!(answer["data"], Value::Null, "{told}");
        assert!(answer["id"].is_string(), "{told}");
        assert_eq!(self.fingerprint(), before, "nothing is changed: {told}");
    }

    /// Everything that a write could change.
    fn fingerprint(&self) -> String {
        let command = &self.campus.command;
        let mut cards: Vec<String> = command.cards().map(|card| format!("{card:?}")).collect();
        cards.sort();
        let users: Vec<&User> = command.users().collect();
        let groups: Vec<Vec<&String>> = command
            .groups()
            .map(|group| command.members(&group.id).collect())
            .collect();
        let access: Vec<_> = users
            .iter()
            .map(|user| command.access_of(&user.id))
            .collect();
        format!("{users:?}{cards:?}{groups:?}{access:?}")
    }

    fn user(&self, external_id: &str) -> User {
        let mut users = self.campus.command.users_by_external_id(external_id);
        users.next().unwrap().clone()
    }

    fn native(&self, email: &str) -> User {
        self.campus.command.user_by_email(email).unwrap().clone()
    }

    fn deactivate(&mut self, external_id: &str) {
        let mut user = self.user(external_id);
        user.attributes.insert("active".into(), false.into());
        self.campus.write(vec![Change::PutUser(user)]).unwrap();
    }

    fn native_group(&self) -> String {
        let mut groups = self.campus.command.groups();
        groups.find(|group| group.native).unwrap().id.clone()
    }

    fn synced_group(&self) -> String {
        let mut groups = self.campus.command.groups();
        groups.find(|group| !group.native).unwrap().id.clone()
    }

    /// The card of this user with this number.
    fn card(&self, user: &User, number: u128) -> String {
        let mut cards = self.campus.command.cards_of(&user.id);
        cards.find(|card| card.number == number).unwrap().id.clone()
    }
}

fn hid(number: &str) -> Value {
    json!({"type": "HID", "facility_code": "102", "card_number": number})
}
