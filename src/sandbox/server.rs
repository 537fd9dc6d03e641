//! The HTTP server: reads requests, counts them, lets faults happen, and hands them to the
//! routes. One request is carried out at a time, in the order of arrival.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::atrium_http;
use super::campus::Campus;
use super::console;
use super::faults::{Dice, Fault};

use super::okta;
use super::own;
use super::rest;
use super::saml;
use super::scim::spoil::{self, Pages};
use super::scim::{self, Answer, Body as AnswerBody, Call};

/// How much of a body that is too large is read before the refusal, so that a client gets to
/// read it.
const DRAIN_LIMIT: usize = 16 << 20;

/// No answer with a body has a shorter head than this, in bytes; one without has more than half.
const HEAD_LENGTH: usize = 100;

const GATEWAY_PAGE: &str = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) campus: Campus,
    pub(super) dice: Dice,
    /// What [`Fault::DuplicatePage`] answers with.
    pub(super) pages: Pages,
    /// When the server started.
    pub(super) started: Instant,
}

pub(super) type Handle = Arc<Mutex<Shared>>;

/// A panic in one request does not take the others down: every write is whole or absent.
pub(super) fn lock(shared: &Handle) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves until the runtime is dropped.
pub(super) async fn serve(listener: TcpListener, shared: Handle) -> io::Result<()> {
    let service = Router::new()
        .fallback(handle)
        .with_state(shared)
        .into_make_service_with_connect_info::<Line>();
    axum::serve(Cuttable(listener), service).await
}

/// One of the interfaces of Command, Atrium's, or Okta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interface {
    Scim,
    Rest,
    /// What the console does, as routes of the admin port.
    Console,
    Atrium,
    Okta,
}

impl Interface {
    /// The interface that a path belongs to, if it is not the sandbox's own.
    fn of(path: &[String]) -> Option<Self> {
        match path.first().map(String::as_str) {
            Some("scim") => Some(Interface::Scim),
            Some("token" | "access" | "core") => Some(Interface::Rest),
            Some("admin") => Some(Interface::Console),
            Some("atrium") => Some(Interface::Atrium),
            Some("api" | "oauth2") => Some(Interface::Okta),
            _ => None,
        }
    }

    fn count(self, campus: &mut Campus, call: &Call<'_>) {
        match self {
            Interface::Scim => campus.count(scim::endpoint(call)),
            Interface::Rest => campus.count_rest(rest::endpoint(call)),
            Interface::Console => campus.count_other(console::endpoint(call)),
            Interface::Atrium => campus.count_other(atrium_http::endpoint(call)),
            Interface::Okta => campus.count_other(okta::endpoint(call)),
        }
    }

    fn answer(self, shared: &mut Shared, call: &Call<'_>) -> Answer {
        match self {
            Interface::Scim => {
                let answer = scim::answer(&mut shared.campus, call);
                if shared.dice.has(Fault::DuplicatePage) {
                    shared.pages.note(call, &answer);
                }
                answer
            }
            Interface::Rest => {
                let now = shared.started.elapsed();
                rest::answer(&mut shared.campus, call, now)
            }
            Interface::Console => console::answer(&mut shared.campus, call),
            Interface::Atrium => atrium_http::answer(&shared.campus, call),
            Interface::Okta => okta::answer(&mut shared.campus, call),
        }
    }

    /// Can this fault befall this request?
    fn meets(self, fault: Fault, call: &Call<'_>, pages: &Pages) -> bool {
        match fault {
            Fault::TokenDies => self == Interface::Scim,
            Fault::ShrinkingPage => self == Interface::Scim && scim::is_list(call),
            Fault::DuplicatePage => self == Interface::Scim && pages.other(call).is_some(),
            _ => true,
        }
    }

    fn fault(self, status: StatusCode, detail: &str) -> Answer {
        match self {
            Interface::Scim => scim::fault(status, detail),
            Interface::Rest => rest::fault(status, detail),
            Interface::Console => console::fault(status, detail),
            Interface::Atrium => atrium_http::fault(status, detail),
            Interface::Okta => okta::fault(status, detail),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Interface::Scim => "application/scim+json",
            _ => "application/json",
        }
    }

    fn response(self, answer: Answer) -> Response {
        response(answer, self.media_type())
    }
}

async fn handle(
    State(shared): State<Handle>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let path: Vec<String> = head
        .uri
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let query = pairs(head.uri.query().unwrap_or_default());
    let body = to_bytes(body, DRAIN_LIMIT).await.ok().map(Vec::from);

    if matches!(path.first().map(String::as_str), Some("app" | "saml")) {
        let call = Call {
            method: &head.method,
            path: &path,
            query: &query,
            headers: &head.headers,
            body: body.as_deref().unwrap_or_default(),
        };
        return saml::answer(&mut lock(&shared), &call);
    }
    let Some(interface) = Interface::of(&path) else {
        let body = body.as_deref().unwrap_or_default();
        let answer = own::answer(&shared, &head.method, &path, body);
        return Interface::Scim.response(answer);
    };
    let call = Call {
        method: &head.method,
        path: match interface {
            Interface::Scim => &path[1..],
            _ => &path,
        },
        query: &query,
        headers: &head.headers,
        body: body.as_deref().unwrap_or_default(),
    };
    let (fault, latency) = {
        let mut shared = lock(&shared);
        let Shared { dice, pages, .. } = &mut *shared;
        let fault = dice.roll(|fault| interface.meets(fault, &call, pages));
        let wait = match fault {
            Some(Fault::Latency) => dice.wait_ms(),
            _ => 0,
        };
        (fault, dice.faults().latency_ms + wait)
    };
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let mut shared = lock(&shared);
    interface.count(&mut shared.campus, &call);
    let too_large = body
        .as_ref()
        .is_none_or(|body| body.len() > scim::BODY_LIMIT);
    let other = match fault {
        Some(Fault::DuplicatePage) => shared.pages.other(&call).cloned(),
        _ => None,
    };
    let mut carry_out = || match too_large {
        true => interface.fault(StatusCode::PAYLOAD_TOO_LARGE, "a body holds at most 1 MiB"),
        false => interface.answer(&mut shared, &call),
    };
    match fault {
        None | Some(Fault::Latency) => interface.response(carry_out()),
        Some(Fault::DuplicatePage) => {
            let mut answer = carry_out();
            match other {
                Some(other) if answer.status.is_success() => answer.body = Some(other.into()),
                // A write came between, or there is no such page.
                _ => shared.dice.missed(Fault::DuplicatePage),
            }
            interface.response(answer)
        }
        Some(Fault::ShrinkingPage) => {
            let mut answer = carry_out();
            let pick = shared.dice.pick();
            let body = answer.body.as_mut().and_then(AnswerBody::json_mut);
            if !body.is_some_and(|body| spoil::shrink(body, pick)) {
                shared.dice.missed(Fault::ShrinkingPage);
            }
            interface.response(answer)
        }
        Some(Fault::TokenDies) => interface
            .response(interface.fault(StatusCode::UNAUTHORIZED, "Token is invalid or expired")),
        Some(Fault::TooManyRequests) => {
            let mut answer = interface.fault(StatusCode::TOO_MANY_REQUESTS, "too many requests");
            // REST's own 429 never tells how long to wait.
            if interface != Interface::Rest && shared.dice.retry_after() {
                answer.headers.push((RETRY_AFTER, "1".to_owned()));
            }
            interface.response(answer)
        }
        Some(Fault::Internal) => interface
            .response(interface.fault(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong")),
        Some(Fault::Unavailable) => {
            interface.response(interface.fault(StatusCode::SERVICE_UNAVAILABLE, "try again later"))
        }
        Some(Fault::Html) => {
            let mut response = Response::new(Body::from(GATEWAY_PAGE));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            set(&mut response, CONTENT_TYPE, "text/html");
            response
        }
        Some(Fault::CutBefore) => {
            line.cut_after(0);
            Response::default()
        }
        Some(Fault::CutAfter) => {
            let answer = carry_out();
            line.cut_after(0);
            interface.response(answer)
        }
        Some(Fault::Truncated) => {
            let answer = carry_out();
            line.cut_after(match &answer.body {
                Some(body) => HEAD_LENGTH + body.clone().into_bytes().len() / 2,
                None => HEAD_LENGTH / 2,
            });
            interface.response(answer)
        }
    }
}

/// The pairs of a query string; `+` is a blank.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn response(answer: Answer, media_type: &'static str) -> Response {
    let kind = answer.body.as_ref().map(|body| match body {
        AnswerBody::Json(_) => media_type,
        AnswerBody::Raw(media_type, _) => media_type,
    });
    let body = answer.body.map(AnswerBody::into_bytes);
    let mut response = Response::new(body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = answer.status;
    if let Some(kind) = kind {
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    for (name, value) in answer.headers {
        // One name may stand on several lines, as Okta's links do.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The handle with which a request cuts its own connection: how many bytes may still be sent.
#[derive(Debug, Clone)]
struct Line(Arc<AtomicUsize>);

impl Line {
    fn whole() -> Self {
        Line(Arc::new(AtomicUsize::new(usize::MAX)))
    }

    /// Closes the connection once so many more bytes are sent.
    fn cut_after(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// How many bytes may be sent now.
    fn left(&self) -> io::Result<usize> {
        match self.0.load(Ordering::Relaxed) {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            left => Ok(left),
        }
    }

    fn sent(&self, bytes: usize) {
        let left = self.0.load(Ordering::Relaxed);
        if left != usize::MAX {
            self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        }
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Line {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A listener whose connections can be cut: the "address" of each is its [`Line`].
struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = Wire;
    type Addr = Line;

    async fn accept(&mut self) -> (Wire, Line) {
        loop {
            match self.0.accept().await {
                Ok((stream, _)) => {
                    // Small answers go out at once; a socket without that option still works.
                    let _ = stream.set_nodelay(true);
                    let line = Line::whole();
                    return (
                        Wire {
                            stream,
                            line: line.clone(),
                        },
                        line,
                    );
                }
                // Out of file descriptors, or the client is gone already: try again shortly.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::whole())
    }
}

/// A connection that fails as soon as its line is cut, so that nothing of an answer is sent.
struct Wire {
    stream: TcpStream,
    line: Line,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.line.left()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = self.line.left()?.min(buf.len());
        let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &buf[..left]))?;
        self.line.sent(sent);
        Poll::Ready(Ok(sent))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.left()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
