//! `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 section 4), made from the
//! same tables that requests are read with.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::Failure;
use super::list::{page_size, pages_by_cursor};
use super::schema::{
    Attribute, ENTERPRISE_SCHEMA, GROUP_SCHEMA, SCHEMAS_OF_DISCOVERY, Schema, USER_SCHEMA,
};
use super::view::has_versions;
use super::{Answer, Call, Outcome};
use crate::sandbox::campus::Campus;
use crate::sandbox::personality::Switch;

const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

pub(super) fn answer(campus: &Campus, call: &Call<'_>) -> Outcome {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    if campus.has(Switch::NoDiscovery) {
        return Err(Failure::new(
            StatusCode::NOT_FOUND,
            format!("there is nothing at /{}", path.join("/")),
        ));
    }
    if call.method != axum::http::Method::GET {
        return Err(Failure::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{} is not possible here", call.method),
        ));
    }
    if call
        .query
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("filter"))
    {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "no filter is possible here",
        ));
    }
    let body = match path.as_slice() {
        ["ServiceProviderConfig"] => config(campus),
        ["ResourceTypes"] => listed(resource_types(campus)),
        ["Schemas"] => listed(schemas(campus)),
        ["ResourceTypes", id] => named(resource_types(campus), "ResourceType", id)?,
        ["Schemas", id] => named(schemas(campus), "Schema", id)?,
        _ => return Err(Failure::not_found("resource", &path.join("/"))),
    };
    Ok(Answer::new(StatusCode::OK).with_body(body))
}

fn listed(resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_RESPONSE],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

fn named(resources: Vec<Value>, kind: &str, id: &str) -> Result<Value, Failure> {
    resources
        .into_iter()
        .find(|resource| {
            resource["id"]
                .as_str()
                .is_some_and(|own| own.eq_ignore_ascii_case(id))
        })
        .ok_or_else(|| Failure::not_found(kind, id))
}

fn config(campus: &Campus) -> Value {
    let page = page_size(campus);
    let says = |is_so: bool| is_so != campus.has(Switch::DiscoveryWrong);
    let only_cursors = pages_by_cursor(campus);
    let default_method = match says(only_cursors && !campus.has(Switch::CursorOnRequest)) {
        true => "cursor",
        false => "index",
    };
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://www.rfc-editor.org/rfc/rfc7644",
        "patch": {"supported": says(!campus.has(Switch::PutOnly))},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": says(!campus.has(Switch::FilterUnsupported)), "maxResults": page},
        "changePassword": {"supported": false},
        "sort": {"supported": says(true)},
        "etag": {"supported": says(has_versions(campus))},
        "pagination": {
            "cursor": says(only_cursors),
            "index": says(!only_cursors),
            "defaultPaginationMethod": default_method,
            "defaultPageSize": page,
            "maxPageSize": page,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "SCIM token",
            "description": "The organization's SCIM token as a bearer token",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", campus.scim_url),
        },
    })
}

fn resource_types(campus: &Campus) -> Vec<Value> {
    let resource_type = |schema: &Schema, endpoint: &str, extensions: &[&Schema]| {
        let extensions: Vec<Value> = extensions
            .iter()
            .map(|extension| json!({"schema": extension.id, "required": false}))
            .collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": schema.name,
            "name": schema.name,
            "description": schema.about,
            "endpoint": endpoint,
            "schema": schema.id,
            "schemaExtensions": extensions,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{}/ResourceTypes/{}", campus.scim_url, schema.name),
            },
        })
    };
    vec![
        resource_type(&USER_SCHEMA, "/Users", &[&ENTERPRISE_SCHEMA]),
        resource_type(&GROUP_SCHEMA, "/Groups", &[]),
    ]
}

fn schemas(campus: &Campus) -> Vec<Value> {
    [&USER_SCHEMA, &ENTERPRISE_SCHEMA, &GROUP_SCHEMA]
        .into_iter()
        .chain(SCHEMAS_OF_DISCOVERY)
        .map(|schema| {
            let attributes: Vec<Value> =
                schema.attributes.iter().map(Attribute::describe).collect();
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
                "id": schema.id,
                "name": schema.name,
                "description": schema.about,
                "attributes": attributes,
                "meta": {
                    "resourceType": "Schema",
                    "location": format!("{}/Schemas/{}", campus.scim_url, schema.id),
                },
            })
        })
        .collect()
}
