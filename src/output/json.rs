//! Documents for programs. Their structs are their own, so that a change of the model changes no
//! document; the number behind the schema's name rises when a field goes or means something else.

mod card;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Error, Exit};
use crate::model::plan::{
    self as model, Change, ChangeKind, LeftAlone, Operation, Stage, Subject, Tripped,
};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::report::{Outcome, Report, RequestCount, Verification};
use crate::model::{self as side, Field};

pub(super) use card::card;

use super::card::Shown;
use super::sanitize::escape_json;
use super::{GroupRow, Heading, Manager, UserRow};

/// One document, pretty, ending in a line feed.
pub(super) fn document(value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Error::new(Exit::Failed, anyhow::Error::new(error)))?;
    let mut text = escape_json(&text);
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum SubjectDocument<'a> {
    User {
        campus_id: &'a str,
    },
    Group {
        access_group_id: &'a str,
    },
    Membership {
        campus_id: &'a str,
        access_group_id: &'a str,
    },
    Card {
        campus_id: &'a str,
        /// Its last digits; the whole number with `--unmask`.
        card: String,
    },
    Remote {
        id: &'a str,
    },
    Run,
}

impl<'a> SubjectDocument<'a> {
    fn new(subject: &'a Subject, shown: Shown) -> Self {
        match subject {
            Subject::User { campus_id } => SubjectDocument::User {
                campus_id: campus_id.as_str(),
            },
            Subject::Group { access_group_id } => SubjectDocument::Group {
                access_group_id: access_group_id.as_str(),
            },
            Subject::Membership {
                campus_id,
                access_group_id,
            } => SubjectDocument::Membership {
                campus_id: campus_id.as_str(),
                access_group_id: access_group_id.as_str(),
            },
            Subject::Card { campus_id, card } => SubjectDocument::Card {
                campus_id: campus_id.as_str(),
                card: shown.card(card),
            },
            Subject::Remote { id } => SubjectDocument::Remote { id },
            Subject::Run => SubjectDocument::Run,
        }
    }
}

#[derive(Serialize)]
struct FieldDocument<'a> {
    field: Field,
    old: &'a str,
    new: &'a str,
    cause: Cause,
}

/// One change. What it does not concern is left out.
#[derive(Serialize)]
struct OperationDocument<'a> {
    action: ChangeKind,
    subject: SubjectDocument<'a>,
    label: &'a str,
    situation: Situation,
    stage: Stage,
    why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_id: Option<&'a str>,
    /// Left out unless card numbers are shown whole: a server may make the id of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<&'a str>,
    /// The campus id of whoever a card is taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    /// What a record that is created starts with.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<&'static str, &'a str>,
    /// What changes in a record that is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldDocument<'a>>,
    /// Positions in the same list.
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    needs: &'a [u32],
}

impl<'a> OperationDocument<'a> {
    fn new(operation: &'a Operation, shown: Shown) -> Self {
        let Operation {
            subject,
            label,
            situation,
            stage,
            change,
            why,
            needs,
        } = operation;
        let mut document = OperationDocument {
            action: change.kind(),
            subject: SubjectDocument::new(subject, shown),
            label,
            situation: *situation,
            stage: *stage,
            why,
            user_id: None,
            group_id: None,
            access_id: None,
            card_id: None,
            from: None,
            external_id: None,
            values: BTreeMap::new(),
            fields: Vec::new(),
            needs,
        };
        match change {
            Change::CreateUser {
                external_id,
                profile,
            } => {
                document.external_id = Some(external_id);
                document.values = side::Profile::FIELDS
                    .into_iter()
                    .map(|field| (field.name(), profile.get(field).as_str()))
                    .filter(|(_, value)| !value.is_empty())
                    .collect();
            }
            Change::UpdateUser { user_id, fields } | Change::ReactivateUser { user_id, fields } => {
                document.user_id = Some(user_id.as_str());
                document.fields = fields
                    .iter()
                    .map(|change| FieldDocument {
                        field: change.field,
                        old: &change.old,
                        new: &change.new,
                        cause: change.cause,
                    })
                    .collect();
            }
            Change::DeactivateUser { user_id } | Change::DeleteUser { user_id } => {
                document.user_id = Some(user_id.as_str());
            }
            Change::CreateGroup { external_id, name } => {
                document.external_id = Some(external_id);
                document.values = BTreeMap::from([(Field::Name.name(), name.as_str())]);
            }
            Change::RenameGroup {
                group_id,
                old,
                new,
                cause,
            } => {
                document.group_id = Some(group_id.as_str());
                document.fields = vec![FieldDocument {
                    field: Field::Name,
                    old,
                    new,
                    cause: *cause,
                }];
            }
            Change::DeleteGroup { group_id } => document.group_id = Some(group_id.as_str()),
            Change::AddMember { group_id, user_id } => {
                document.group_id = group_id.as_ref().map(side::GroupId::as_str);
                document.user_id = user_id.as_ref().map(side::UserId::as_str);
            }
            Change::RemoveMember { group_id, user_id } => {
                document.group_id = Some(group_id.as_str());
                document.user_id = Some(user_id.as_str());
            }
            Change::AddCard { access_id } => {
                document.access_id = access_id.as_ref().map(side::AccessUserId::as_str);
            }
            Change::RemoveCard {
                access_id, card_id, ..
            }
            | Change::ActivateCard { access_id, card_id } => {
                document.access_id = Some(access_id.as_str());
                document.card_id = shown.whole.then_some(card_id.as_str());
            }
            Change::MoveCard {
                from,
                from_id: _,
                card_id,
                access_id,
            } => {
                document.access_id = access_id.as_ref().map(side::AccessUserId::as_str);
                document.card_id = shown.whole.then_some(card_id.as_str());
                document.from = Some(from.as_str());
            }
        }
        document
    }
}

#[derive(Serialize)]
struct HeldDocument<'a> {
    code: Code,
    #[serde(flatten)]
    operation: OperationDocument<'a>,
}

#[derive(Serialize)]
struct LeftAloneDocument<'a> {
    code: Code,
    subject: SubjectDocument<'a>,
    label: &'a str,
    situation: Situation,
    detail: &'a str,
    remedy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

impl<'a> LeftAloneDocument<'a> {
    fn new(item: &'a LeftAlone, shown: Shown) -> Self {
        let LeftAlone {
            subject,
            label,
            situation,
            code,
            detail,
            place,
        } = item;
        LeftAloneDocument {
            code: *code,
            subject: SubjectDocument::new(subject, shown),
            label,
            situation: *situation,
            detail,
            remedy: code.remedy(),
            place: place.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Serialize)]
struct TrippedDocument<'a> {
    code: Code,
    detail: &'a str,
    remedy: &'static str,
    holds: u32,
}

impl<'a> From<&'a Tripped> for TrippedDocument<'a> {
    fn from(tripped: &'a Tripped) -> Self {
        let Tripped {
            code,
            detail,
            holds,
        } = tripped;
        TrippedDocument {
            code: *code,
            detail,
            remedy: code.remedy(),
            holds: *holds,
        }
    }
}

#[derive(Serialize)]
struct CountsDocument {
    people: u64,
    access_groups: u64,
    managed_users: u64,
    managed_groups: u64,
    managed_memberships: u64,
    users_in_step: u64,
    groups_in_step: u64,
    memberships_in_step: u64,
    credentials_not_covered: u64,
    managed_cards: u64,
    cards_in_step: u64,
    cards_read: u64,
    cards_unread: u64,
    /// Changes by action.
    changes: BTreeMap<&'static str, u64>,
    held: u64,
    left_alone: u64,
}

impl From<&model::Plan> for CountsDocument {
    fn from(plan: &model::Plan) -> Self {
        let mut changes = BTreeMap::new();
        for operation in &plan.operations {
            *changes.entry(operation.change.kind().name()).or_default() += 1;
        }
        let model::Counts {
            people,
            access_groups,
            managed_users,
            managed_groups,
            managed_memberships,
            users_in_step,
            groups_in_step,
            memberships_in_step,
            credentials_not_covered,
            managed_cards,
            cards_in_step,
            cards_read,
            cards_unread,
        } = plan.counts;
        CountsDocument {
            people,
            access_groups,
            managed_users,
            managed_groups,
            managed_memberships,
            users_in_step,
            groups_in_step,
            memberships_in_step,
            credentials_not_covered,
            managed_cards,
            cards_in_step,
            cards_read,
            cards_unread,
            changes,
            held: plan.held.len() as u64,
            left_alone: plan.left_alone.len() as u64,
        }
    }
}

#[derive(Serialize)]
struct CostDocument {
    requests: u64,
    card_requests: u64,
    card_seconds: u64,
    invitations: u64,
}

/// What the documents of a plan and of a sync share; `O` is what they say of an operation.
#[derive(Serialize)]
struct PlanDocument<'a, O> {
    profile: &'a str,
    organization: &'a str,
    digest: &'a str,
    counts: CountsDocument,
    cost: CostDocument,
    operations: Vec<O>,
    held: Vec<HeldDocument<'a>>,
    left_alone: Vec<LeftAloneDocument<'a>>,
    tripped: Vec<TrippedDocument<'a>>,
    stops: Vec<TrippedDocument<'a>>,
}

impl<'a, O> PlanDocument<'a, O> {
    fn new(heading: Heading<'a>, plan: &'a model::Plan, operations: Vec<O>, shown: Shown) -> Self {
        let model::Cost {
            requests,
            card_requests,
            card_seconds,
            invitations,
        } = plan.cost;
        let left_alone = plan.left_alone.iter();
        let left_alone = left_alone.map(|item| LeftAloneDocument::new(item, shown));
        let held = plan.held.iter().map(|held| HeldDocument {
            code: held.code,
            operation: OperationDocument::new(&held.operation, shown),
        });
        PlanDocument {
            profile: heading.profile,
            organization: heading.organization,
            digest: &plan.digest,
            counts: plan.into(),
            cost: CostDocument {
                requests,
                card_requests,
                card_seconds,
                invitations,
            },
            operations,
            held: held.collect(),
            left_alone: left_alone.collect(),
            tripped: plan.tripped.iter().map(Into::into).collect(),
            stops: plan.stops.iter().map(Into::into).collect(),
        }
    }
}

/// The head of every document, before what it holds.
#[derive(Serialize)]
pub(super) struct Schema<T> {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) document: T,
}

/// `atriumctl.plan/1`: what a run would do.
pub(super) fn plan(
    heading: Heading<'_>,
    plan: &model::Plan,
    shown: Shown,
) -> Result<String, Error> {
    let operations = plan.operations.iter();
    let operations = operations.map(|operation| OperationDocument::new(operation, shown));
    document(&Schema {
        schema: "atriumctl.plan/1",
        document: PlanDocument::new(heading, plan, operations.collect(), shown),
    })
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum OutcomeDocument<'a> {
    Done {
        /// The id of what was made; that of a card as `card_id`.
        #[serde(skip_serializing_if = "Option::is_none")]
        made: Option<&'a str>,
    },
    Failed {
        code: Code,
        detail: &'a str,
        remedy: &'static str,
    },
    Owed {
        code: Code,
    },
    Skipped {
        code: Code,
        remedy: &'static str,
    },
}

impl<'a> OutcomeDocument<'a> {
    fn new(operation: &Operation, outcome: &'a Outcome, shown: Shown) -> Self {
        match outcome {
            Outcome::Done { made } => OutcomeDocument::Done {
                made: made.as_deref().filter(|_| {
                    let is_card = operation.subject.card().is_some();
                    !is_card || shown.whole
                }),
            },
            Outcome::Failed { code, detail } => OutcomeDocument::Failed {
                code: *code,
                detail,
                remedy: code.remedy(),
            },
            Outcome::Owed { code } => OutcomeDocument::Owed { code: *code },
            Outcome::Skipped { code } => OutcomeDocument::Skipped {
                code: *code,
                remedy: code.remedy(),
            },
        }
    }
}

#[derive(Serialize)]
struct AppliedDocument<'a> {
    #[serde(flatten)]
    operation: OperationDocument<'a>,
    /// `null` if the run ended before.
    outcome: Option<OutcomeDocument<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum VerificationDocument<'a> {
    InStep,
    Remaining {
        operations: Vec<OperationDocument<'a>>,
    },
    NotChecked {
        why: &'a str,
    },
}

#[derive(Serialize)]
struct RequestDocument<'a> {
    endpoint: &'a str,
    sent: u64,
    retries: u64,
}

#[derive(Serialize)]
struct SyncDocument<'a> {
    #[serde(flatten)]
    plan: PlanDocument<'a, AppliedDocument<'a>>,
    verification: VerificationDocument<'a>,
    requests: Vec<RequestDocument<'a>>,
    interrupted: bool,
    exit: u8,
}

/// `atriumctl.sync/1`: what a run did, its plan included.
pub(super) fn sync(
    heading: Heading<'_>,
    report: &Report,
    requests: &[RequestCount],
    exit: Exit,
    shown: Shown,
) -> Result<String, Error> {
    let mut outcomes = report.outcomes.iter();
    let operations = report
        .plan
        .operations
        .iter()
        .map(|operation| AppliedDocument {
            operation: OperationDocument::new(operation, shown),
            outcome: outcomes
                .next()
                .map(|outcome| OutcomeDocument::new(operation, outcome, shown)),
        });
    let operations = operations.collect();
    let verification = match &report.verification {
        Verification::InStep => VerificationDocument::InStep,
        Verification::Remaining { operations } => VerificationDocument::Remaining {
            operations: operations
                .iter()
                .map(|operation| OperationDocument::new(operation, shown))
                .collect(),
        },
        Verification::NotChecked { why } => VerificationDocument::NotChecked { why },
    };
    let requests = requests.iter().map(|count| RequestDocument {
        endpoint: &count.endpoint,
        sent: count.sent,
        retries: count.retries,
    });
    document(&Schema {
        schema: "atriumctl.sync/1",
        document: SyncDocument {
            plan: PlanDocument::new(heading, &report.plan, operations, shown),
            verification,
            requests: requests.collect(),
            interrupted: report.interrupted,
            exit: exit.code(),
        },
    })
}

impl Manager {
    fn name(self) -> &'static str {
        match self {
            Manager::Atrium => "atriumctl",
            Manager::OtherClient => "scim-client",
            Manager::Native => "native",
        }
    }
}

#[derive(Serialize)]
struct UserDocument<'a> {
    id: &'a str,
    name: &'a str,
    campus_id: Option<&'a str>,
    email: &'a str,
    managed_by: &'static str,
    active: Option<bool>,
}

#[derive(Serialize)]
struct UsersDocument<'a> {
    users: Vec<UserDocument<'a>>,
}

/// `atriumctl.inspect-users/1`: users with who manages them.
pub(super) fn users(rows: &[UserRow]) -> Result<String, Error> {
    let users = rows.iter().map(|user| UserDocument {
        id: &user.id,
        name: &user.name,
        campus_id: user.campus_id.as_deref(),
        email: &user.email,
        managed_by: user.managed_by.name(),
        active: user.active,
    });
    document(&Schema {
        schema: "atriumctl.inspect-users/1",
        document: UsersDocument {
            users: users.collect(),
        },
    })
}

#[derive(Serialize)]
struct GroupDocument<'a> {
    id: &'a str,
    name: &'a str,
    access_group_id: Option<&'a str>,
    managed_by: &'static str,
    members: Option<u64>,
}

#[derive(Serialize)]
struct GroupsDocument<'a> {
    groups: Vec<GroupDocument<'a>>,
}

/// `atriumctl.inspect-groups/1`: groups with who manages them.
pub(super) fn groups(rows: &[GroupRow]) -> Result<String, Error> {
    let groups = rows.iter().map(|group| GroupDocument {
        id: &group.id,
        name: &group.name,
        access_group_id: group.access_group_id.as_deref(),
        managed_by: group.managed_by.name(),
        members: group.members,
    });
    document(&Schema {
        schema: "atriumctl.inspect-groups/1",
        document: GroupsDocument {
            groups: groups.collect(),
        },
    })
}

#[derive(Serialize)]
struct CodeDocument {
    code: Code,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

#[derive(Serialize)]
struct ExplainDocument {
    codes: Vec<CodeDocument>,
}

/// `atriumctl.explain/1`: reason codes with what they mean.
pub(super) fn explain(codes: &[Code]) -> Result<String, Error> {
    let codes = codes.iter().map(|code| CodeDocument {
        code: *code,
        title: code.title(),
        meaning: code.meaning(),
        remedy: code.remedy(),
    });
    document(&Schema {
        schema: "atriumctl.explain/1",
        document: ExplainDocument {
            codes: codes.collect(),
        },
    })
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    exit: u8,
    message: String,
    causes: Vec<String>,
    hints: &'a [String],
}

/// `atriumctl.error/1`: why a command ended.
pub(super) fn error(error: &Error) -> Result<String, Error> {
    let mut chain = error.source.chain().map(ToString::to_string);
    document(&Schema {
        schema: "atriumctl.error/1",
        document: ErrorDocument {
            exit: error.exit.code(),
            message: chain.next().unwrap_or_default(),
            causes: chain.collect(),
            hints: &error.hints,
        },
    })
}
