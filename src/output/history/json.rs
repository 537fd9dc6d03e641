//! The documents of what was done.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::history::{PastAction, PastEvent, PastMetadata, PastRun, PastUpload};
use crate::output::card::Shown;
use crate::output::json::SubjectDocument;

#[derive(Serialize)]
pub(super) struct ListDocument<'a> {
    pub(super) profile: &'a str,
    /// How many there are, those that are not in the list included.
    pub(super) total: u64,
    pub(super) events: Vec<EventDocument<'a>>,
}

#[derive(Serialize)]
pub(super) struct CountsDocument {
    done: u64,
    failed: u64,
    owed: u64,
    skipped: u64,
    unknown: u64,
}

#[derive(Serialize)]
pub(super) struct FileDocument<'a> {
    bytes: usize,
    sha256: &'a str,
    entity_id: Option<&'a str>,
    sign_on: Option<&'a str>,
    certificates: Vec<CertificateDocument<'a>>,
}

#[derive(Serialize)]
pub(super) struct CertificateDocument<'a> {
    sha256: &'a str,
    not_after: Timestamp,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum EventDocument<'a> {
    Run {
        id: i64,
        started: Timestamp,
        ended: Option<Timestamp>,
        command: &'a str,
        organization: &'a str,
        allowed: &'a [String],
        people: Option<u64>,
        exit: Option<u8>,
        requests: Option<u64>,
        counts: CountsDocument,
    },
    Upload {
        /// With the `u` that `history show` wants.
        id: String,
        at: Timestamp,
        client_id: &'a str,
        outcome: &'a str,
        before_known: bool,
        before: Option<FileDocument<'a>>,
        after: FileDocument<'a>,
    },
}

impl<'a> EventDocument<'a> {
    pub(super) fn new(event: &'a PastEvent) -> Self {
        match event {
            PastEvent::Run(run) => EventDocument::run(run),
            PastEvent::Upload(upload) => EventDocument::upload(upload),
        }
    }

    pub(super) fn run(run: &'a PastRun) -> Self {
        let counts = run.counts;
        EventDocument::Run {
            id: run.id,
            started: run.started,
            ended: run.ended,
            command: &run.command,
            organization: &run.organization,
            allowed: &run.allowed,
            people: run.people,
            exit: run.exit,
            requests: run.requests,
            counts: CountsDocument {
                done: counts.done,
                failed: counts.failed,
                owed: counts.owed,
                skipped: counts.skipped,
                unknown: counts.unknown,
            },
        }
    }

    pub(super) fn upload(upload: &'a PastUpload) -> Self {
        EventDocument::Upload {
            id: format!("u{}", upload.id),
            at: upload.at,
            client_id: &upload.client_id,
            outcome: &upload.outcome,
            before_known: upload.before_known,
            before: upload.before.as_ref().map(file_document),
            after: file_document(&upload.after),
        }
    }
}

fn file_document(metadata: &PastMetadata) -> FileDocument<'_> {
    let certificates = metadata.certificates.iter();
    FileDocument {
        bytes: metadata.bytes,
        sha256: &metadata.sha256,
        entity_id: metadata.entity_id.as_deref(),
        sign_on: metadata.sign_on.as_deref(),
        certificates: certificates
            .map(|(sha256, not_after)| CertificateDocument {
                sha256,
                not_after: *not_after,
            })
            .collect(),
    }
}

#[derive(Serialize)]
pub(super) struct RunDocument<'a> {
    pub(super) run: EventDocument<'a>,
    pub(super) actions: Vec<ActionDocument<'a>>,
}

#[derive(Serialize)]
struct ValueDocument {
    field: &'static str,
    before: String,
    after: String,
}

#[derive(Serialize)]
pub(super) struct ActionDocument<'a> {
    position: u32,
    action: &'a str,
    /// `null` if this version can't read what another one wrote.
    subject: Option<SubjectDocument<'a>>,
    label: &'a str,
    /// `done`, `failed`, `owed`, `skipped` or `intended`.
    outcome: &'a str,
    code: Option<&'a str>,
    detail: Option<&'a str>,
    at: Option<Timestamp>,
    values: Vec<ValueDocument>,
}

impl<'a> ActionDocument<'a> {
    pub(super) fn new(action: &'a PastAction, shown: Shown) -> Self {
        let values = action.values().into_iter();
        ActionDocument {
            position: action.position,
            action: &action.kind,
            subject: action
                .subject
                .as_ref()
                .map(|subject| SubjectDocument::new(subject, shown)),
            label: &action.label,
            outcome: &action.state,
            code: action.code.as_deref(),
            detail: action.detail.as_deref(),
            at: action.at,
            values: values
                .map(|value| ValueDocument {
                    field: value.field,
                    before: value.before,
                    after: value.after,
                })
                .collect(),
        }
    }
}
