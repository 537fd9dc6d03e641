//! The attributes that this server supports, as tables: the one source for reading requests,
//! for filters and paths, and for what `/Schemas` tells (RFC 7643 sections 2, 4 and 7).

use serde_json::{Value, json};

use super::super::command::ENTERPRISE;

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The data type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Boolean,
    Integer,
    DateTime,
    Reference,
    Complex,
}

/// Who may write an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutability {
    ReadWrite,
    ReadOnly,
    Immutable,
}

/// An attribute or sub-attribute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    pub(super) multi: bool,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) mutability: Mutability,
    pub(super) always_returned: bool,
    pub(super) unique: bool,
    pub(super) canonical: &'static [&'static str],
    pub(super) references: &'static [&'static str],
    pub(super) sub: &'static [Attribute],
}

/// A schema: a URN with its attributes.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) attributes: &'static [Attribute],
}

const fn text(name: &'static str, about: &'static str) -> Attribute {
    Attribute {
        name,
        about,
        kind: Kind::Text,
        multi: false,
        required: false,
        case_exact: false,
        mutability: Mutability::ReadWrite,
        always_returned: false,
        unique: false,
        canonical: &[],
        references: &[],
        sub: &[],
    }
}

const fn boolean(name: &'static str, about: &'static str) -> Attribute {
    Attribute {
        kind: Kind::Boolean,
        ..text(name, about)
    }
}

const fn complex(name: &'static str, about: &'static str, sub: &'static [Attribute]) -> Attribute {
    Attribute {
        kind: Kind::Complex,
        sub,
        ..text(name, about)
    }
}

const fn list(name: &'static str, about: &'static str, sub: &'static [Attribute]) -> Attribute {
    Attribute {
        multi: true,
        ..complex(name, about, sub)
    }
}

const fn read_only(attribute: Attribute) -> Attribute {
    Attribute {
        mutability: Mutability::ReadOnly,
        ..attribute
    }
}

const fn immutable(attribute: Attribute) -> Attribute {
    Attribute {
        mutability: Mutability::Immutable,
        ..attribute
    }
}

const fn required(attribute: Attribute) -> Attribute {
    Attribute {
        required: true,
        ..attribute
    }
}

const fn exact(attribute: Attribute) -> Attribute {
    Attribute {
        case_exact: true,
        ..attribute
    }
}

const fn reference(
    name: &'static str,
    about: &'static str,
    references: &'static [&'static str],
) -> Attribute {
    Attribute {
        kind: Kind::Reference,
        case_exact: true,
        references,
        ..text(name, about)
    }
}

/// Attributes of every resource (RFC 7643 section 3.1); `/Schemas` does not list them.
pub(super) static COMMON: &[Attribute] = &[
    Attribute {
        always_returned: true,
        ..read_only(exact(text("id", "The server's id.")))
    },
    exact(text("externalId", "The client's id.")),
    Attribute {
        multi: true,
        always_returned: true,
        ..read_only(exact(text("schemas", "The schemas in use.")))
    },
    read_only(complex(
        "meta",
        "About the resource.",
        &[
            read_only(exact(text(
                "resourceType",
                "The name of the resource type.",
            ))),
            Attribute {
                kind: Kind::DateTime,
                ..read_only(text("created", "When it was made."))
            },
            Attribute {
                kind: Kind::DateTime,
                ..read_only(text("lastModified", "When it last changed."))
            },
            read_only(reference("location", "Its address.", &["uri"])),
            read_only(exact(text("version", "Its version, as in ETag."))),
        ],
    )),
];

pub(super) static USER_SCHEMA: Schema = Schema {
    id: USER,
    name: "User",
    about: "A person in Command",
    attributes: &[
        Attribute {
            unique: true,
            ..required(text(
                "userName",
                "The email with which the person signs in.",
            ))
        },
        complex(
            "name",
            "The parts of the name.",
            &[
                text("formatted", "The whole name."),
                text("familyName", "Last name."),
                text("givenName", "First name."),
                text("middleName", "Middle name."),
            ],
        ),
        text("displayName", "The name to show."),
        text("title", "Employee title."),
        text("userType", "Employee type."),
        text("preferredLanguage", "Preferred language."),
        text("locale", "Locale, such as en-US."),
        text("timezone", "Time zone, such as America/New_York."),
        boolean("active", "False while the person is deactivated."),
        list(
            "emails",
            "Email addresses.",
            &[
                text("value", "The address."),
                text("display", "The address as shown."),
                Attribute {
                    canonical: &["work", "home", "other"],
                    ..text("type", "What it is for.")
                },
                boolean("primary", "Is this the main one?"),
            ],
        ),
        list(
            "phoneNumbers",
            "Phone numbers.",
            &[
                text("value", "The number."),
                text("display", "The number as shown."),
                Attribute {
                    canonical: &["work", "home", "mobile", "other"],
                    ..text("type", "What it is for.")
                },
                boolean("primary", "Is this the main one?"),
            ],
        ),
        read_only(list(
            "groups",
            "The groups that the person is in.",
            &[
                read_only(exact(text("value", "The group's id."))),
                read_only(reference("$ref", "The group's address.", &["Group"])),
                read_only(text("display", "The group's name.")),
                Attribute {
                    canonical: &["direct", "indirect"],
                    ..read_only(text("type", "How."))
                },
            ],
        )),
    ],
};

pub(super) static ENTERPRISE_SCHEMA: Schema = Schema {
    id: ENTERPRISE,
    name: "EnterpriseUser",
    about: "Enterprise User",
    attributes: &[
        text("employeeNumber", "Employee id."),
        text("costCenter", "Department id."),
        text("organization", "Company name."),
        text("division", "Division."),
        text("department", "Department."),
        complex(
            "manager",
            "The person's manager.",
            &[
                exact(text("value", "The manager's id.")),
                reference("$ref", "The manager's address.", &["User"]),
                read_only(text("displayName", "The manager's name.")),
            ],
        ),
    ],
};

pub(super) static GROUP_SCHEMA: Schema = Schema {
    id: GROUP,
    name: "Group",
    about: "A group of people in Command",
    attributes: &[
        Attribute {
            unique: true,
            ..required(text("displayName", "The group's name."))
        },
        list(
            "members",
            "The people in the group.",
            &[
                immutable(exact(text("value", "The user's id."))),
                immutable(reference("$ref", "The user's address.", &["User"])),
                Attribute {
                    canonical: &["User"],
                    ..immutable(text("type", "The kind of member."))
                },
                read_only(text("display", "The user's name.")),
            ],
        ),
    ],
};

/// The schemas of one kind of resource.
#[derive(Debug)]
pub(super) struct Kinds {
    pub(super) core: &'static Schema,
    pub(super) extension: Option<&'static Schema>,
}

pub(super) static OF_USERS: Kinds = Kinds {
    core: &USER_SCHEMA,
    extension: Some(&ENTERPRISE_SCHEMA),
};
pub(super) static OF_GROUPS: Kinds = Kinds {
    core: &GROUP_SCHEMA,
    extension: None,
};

/// Where an attribute lives: in the resource itself or in the extension's object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// The extension's URN, if it lives there.
    pub(super) extension: Option<&'static str>,
    pub(super) attribute: &'static Attribute,
}

impl Kinds {
    /// Finds a top-level attribute by name, without case. The names of the enterprise attributes
    /// are also known without their URN, for clients that send them at top level.
    pub(super) fn find(&self, name: &str) -> Option<Place> {
        let core = || find(self.core.attributes, name).or_else(|| find(COMMON, name));
        match core() {
            Some(attribute) => Some(Place {
                extension: None,
                attribute,
            }),
            None => self.find_in_extension(name),
        }
    }

    fn find_in_extension(&self, name: &str) -> Option<Place> {
        let extension = self.extension?;
        Some(Place {
            extension: Some(extension.id),
            attribute: find(extension.attributes, name)?,
        })
    }

    /// Finds an attribute written with its schema's URN in front.
    pub(super) fn find_in(&self, urn: &str, name: &str) -> Option<Place> {
        if urn.eq_ignore_ascii_case(self.core.id) {
            let attribute = find(self.core.attributes, name).or_else(|| find(COMMON, name))?;
            return Some(Place {
                extension: None,
                attribute,
            });
        }
        self.extension
            .filter(|extension| urn.eq_ignore_ascii_case(extension.id))
            .and_then(|_| self.find_in_extension(name))
    }

    /// The extension's URN as we write it, if that is what the text names.
    pub(super) fn extension_urn(&self, text: &str) -> Option<&'static str> {
        self.extension
            .map(|extension| extension.id)
            .filter(|id| id.eq_ignore_ascii_case(text))
    }
}

/// Finds an attribute or sub-attribute by name, without case.
pub(super) fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

impl Attribute {
    /// The attribute as `/Schemas` shows it (RFC 7643 section 7).
    pub(super) fn describe(&self) -> Value {
        let mut shown = json!({
            "name": self.name,
            "description": self.about,
            "type": match self.kind {
                Kind::Text => "string",
                Kind::Boolean => "boolean",
                Kind::Integer => "integer",
                Kind::DateTime => "dateTime",
                Kind::Reference => "reference",
                Kind::Complex => "complex",
            },
            "multiValued": self.multi,
            "required": self.required,
            "mutability": match self.mutability {
                Mutability::ReadWrite => "readWrite",
                Mutability::ReadOnly => "readOnly",
                Mutability::Immutable => "immutable",
            },
            "returned": if self.always_returned { "always" } else { "default" },
        });
        if let Some(shown) = shown.as_object_mut() {
            if self.kind == Kind::Complex {
                let sub: Vec<Value> = self.sub.iter().map(Attribute::describe).collect();
                shown.insert("subAttributes".into(), sub.into());
            } else {
                shown.insert(
                    "uniqueness".into(),
                    if self.unique { "server" } else { "none" }.into(),
                );
            }
            if matches!(self.kind, Kind::Text | Kind::Reference) {
                shown.insert("caseExact".into(), self.case_exact.into());
            }
            if !self.canonical.is_empty() {
                shown.insert("canonicalValues".into(), json!(self.canonical));
            }
            if !self.references.is_empty() {
                shown.insert("referenceTypes".into(), json!(self.references));
            }
        }
        shown
    }
}

const fn number(name: &'static str, about: &'static str) -> Attribute {
    Attribute {
        kind: Kind::Integer,
        ..text(name, about)
    }
}

const fn supported(name: &'static str, about: &'static str) -> Attribute {
    read_only(required(complex(name, about, SUPPORTED)))
}

const SUPPORTED: &[Attribute] = &[read_only(required(boolean(
    "supported",
    "Is it supported?",
)))];

/// The schemas of the discovery resources themselves (RFC 7643 section 8.7.2).
pub(super) static SCHEMAS_OF_DISCOVERY: [&Schema; 3] =
    [&CONFIG_SCHEMA, &RESOURCE_TYPE_SCHEMA, &SCHEMA_SCHEMA];

static CONFIG_SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
    name: "ServiceProviderConfig",
    about: "What this server supports",
    attributes: &[
        read_only(reference(
            "documentationUri",
            "Where it is documented.",
            &["external"],
        )),
        supported("patch", "PATCH."),
        read_only(required(complex(
            "bulk",
            "Bulk requests.",
            &[
                read_only(required(boolean("supported", "Is it supported?"))),
                read_only(required(number(
                    "maxOperations",
                    "Most operations in a request.",
                ))),
                read_only(required(number(
                    "maxPayloadSize",
                    "Most bytes in a request.",
                ))),
            ],
        ))),
        read_only(required(complex(
            "filter",
            "Filters.",
            &[
                read_only(required(boolean("supported", "Is it supported?"))),
                read_only(required(number(
                    "maxResults",
                    "Most resources in an answer.",
                ))),
            ],
        ))),
        supported("changePassword", "Changing passwords."),
        supported("sort", "Sorting."),
        supported("etag", "ETags."),
        read_only(complex(
            "pagination",
            "Paging (RFC 9865).",
            &[
                read_only(required(boolean("cursor", "By cursor?"))),
                read_only(required(boolean("index", "By index?"))),
                read_only(text("defaultPaginationMethod", "Cursor or index.")),
                read_only(number(
                    "defaultPageSize",
                    "Resources on a page, if not asked otherwise.",
                )),
                read_only(number("maxPageSize", "Most resources on a page.")),
            ],
        )),
        read_only(required(list(
            "authenticationSchemes",
            "Ways to authenticate.",
            &[
                Attribute {
                    canonical: &[
                        "oauth",
                        "oauth2",
                        "oauthbearertoken",
                        "httpbasic",
                        "httpdigest",
                    ],
                    ..read_only(required(text("type", "The scheme.")))
                },
                read_only(required(text("name", "Its name."))),
                read_only(required(text("description", "What it is."))),
                read_only(reference("specUri", "Its specification.", &["external"])),
                read_only(reference(
                    "documentationUri",
                    "Its documentation.",
                    &["external"],
                )),
                read_only(boolean("primary", "Is it the preferred one?")),
            ],
        ))),
    ],
};

static RESOURCE_TYPE_SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
    name: "ResourceType",
    about: "A kind of resource",
    attributes: &[
        read_only(text("id", "The type's id.")),
        read_only(required(text("name", "The type's name."))),
        read_only(text("description", "What it is.")),
        read_only(required(reference(
            "endpoint",
            "Where its resources are.",
            &["uri"],
        ))),
        read_only(required(reference("schema", "Its schema.", &["uri"]))),
        read_only(list(
            "schemaExtensions",
            "Its extensions.",
            &[
                read_only(required(reference(
                    "schema",
                    "The extension's schema.",
                    &["uri"],
                ))),
                read_only(required(boolean("required", "Is it required?"))),
            ],
        )),
    ],
};

/// The fields of an attribute in `/Schemas`, for attributes and for sub-attributes.
macro_rules! attribute_fields {
    ($($more:expr),*) => {
        &[
            read_only(required(exact(text("name", "The attribute's name.")))),
            Attribute {
                canonical: &["string", "complex", "boolean", "decimal", "integer", "dateTime", "reference", "binary"],
                ..read_only(required(text("type", "Its data type.")))
            },
            read_only(required(boolean("multiValued", "Is it a list?"))),
            read_only(exact(text("description", "What it is."))),
            read_only(required(boolean("required", "Is it required?"))),
            Attribute { multi: true, ..read_only(exact(text("canonicalValues", "Suggested values."))) },
            read_only(boolean("caseExact", "Does case matter?")),
            Attribute {
                canonical: &["readOnly", "readWrite", "immutable", "writeOnly"],
                ..read_only(exact(text("mutability", "Who may write it.")))
            },
            Attribute {
                canonical: &["always", "never", "default", "request"],
                ..read_only(exact(text("returned", "When it is sent.")))
            },
            Attribute {
                canonical: &["none", "server", "global"],
                ..read_only(exact(text("uniqueness", "Where it is unique.")))
            },
            Attribute { multi: true, ..read_only(exact(text("referenceTypes", "What it refers to."))) },
            $($more),*
        ]
    };
}

static SCHEMA_SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Schema",
    name: "Schema",
    about: "A schema's attributes",
    attributes: &[
        read_only(required(text("id", "The schema's URN."))),
        read_only(required(text("name", "Its name."))),
        read_only(text("description", "What it describes.")),
        read_only(required(list(
            "attributes",
            "Its attributes.",
            attribute_fields!(read_only(list(
                "subAttributes",
                "Its parts.",
                attribute_fields!()
            ))),
        ))),
    ],
};
