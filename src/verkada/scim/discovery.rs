//! What the server says of itself in its `ServiceProviderConfig` (RFC 7643, section 5; RFC 9865,
//! section 4). It is a hint where nothing is known yet: what happened counts more.

use reqwest::Method;
use serde_json::Value;

use super::client::{Call, ScimClient};
use super::wire;

/// What the server claims; `None` where it says nothing that can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// Whether it takes `PATCH`.
    pub(super) patch: Option<bool>,
    /// Whether it heeds versions.
    pub(super) etag: Option<bool>,
    /// Whether it pages by cursors.
    pub(super) cursor: Option<bool>,
}

impl Claims {
    fn read(config: &Value) -> Self {
        let supported =
            |name| wire::attribute(config, name).and_then(|one| wire::boolean(one, "supported"));
        Claims {
            patch: supported("patch"),
            etag: supported("etag"),
            cursor: wire::attribute(config, "pagination")
                .and_then(|pagination| wire::boolean(pagination, "cursor")),
        }
    }
}

impl ScimClient {
    /// What the server claims. It is asked once; callers that come meanwhile wait for the answer.
    /// Without an answer it claims nothing, whatever the cause: what it refuses here, it may do
    /// elsewhere.
    pub(super) async fn claims(&self) -> Claims {
        let ask = || async {
            let path = "/ServiceProviderConfig".to_owned();
            let call = Call::new(Method::GET, "GET /ServiceProviderConfig", path);
            let config = self.read(&call).await;
            config.map_or_else(|_| Claims::default(), |config| Claims::read(&config))
        };
        *self.0.claims.get_or_init(ask).await
    }

    /// What the server claims, if it was asked.
    pub(super) fn known_claims(&self) -> Claims {
        self.0.claims.get().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_are_read_leniently() {
        for (config, patch, etag, cursor) in [
            (
                json!({
                    "patch": {"supported": true}, "etag": {"supported": false},
                    "pagination": {"cursor": true, "index": false}
                }),
                Some(true),
                Some(false),
                Some(true),
            ),
            (
                json!({
                    "PATCH": {"Supported": "False"}, "eTag": {"supported": "TRUE"},
                    "Pagination": {"Cursor": "false"}
                }),
                Some(false),
                Some(true),
                Some(false),
            ),
            (json!({}), None, None, None),
            (
                json!({"patch": "yes", "etag": true, "pagination": "cursor"}),
                None,
                None,
                None,
            ),
            (
                json!({"patch": {}, "etag": {"supported": 1}, "pagination": [{"cursor": true}]}),
                None,
                None,
                None,
            ),
            (json!(["patch"]), None, None, None),
            (json!("patch"), None, None, None),
        ] {
            let claims = Claims {
                patch,
                etag,
                cursor,
            };
            assert_eq!(Claims::read(&config), claims, "{config}");
        }
    }
}
