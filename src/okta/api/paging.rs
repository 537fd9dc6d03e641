//! Lists in pages: the `Link` header is followed and never built, only to the same place, and
//! never in a circle.

use std::collections::HashSet;

use reqwest::Url;
use reqwest::header::LINK;
use serde_json::Value;

use super::client::{Endpoint, OktaClient};
use super::error::ApiError;
use crate::model::okta::ReadError;
use crate::net::{Answer, link};

/// A list, as far as it was read.
#[derive(Debug)]
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    /// Whether there is more, which was not read.
    pub(super) more: bool,
}

/// Where an answer says that the next page is.
pub(super) fn next(
    ask: &'static str,
    asked: &Url,
    answer: &Answer,
) -> Result<Option<Url>, ApiError> {
    let links = answer.headers.get_all(LINK).iter();
    let links = links.filter_map(|value| value.to_str().ok());
    let Some(target) = link::next(links) else {
        return Ok(None);
    };
    match asked.join(target) {
        Ok(url) if url.origin() == asked.origin() && url.username().is_empty() => Ok(Some(url)),
        Ok(url) => Err(ApiError::Elsewhere {
            ask,
            target: url.origin().ascii_serialization(),
        }),
        Err(_) => Err(ApiError::Unexpected {
            ask,
            what: "the link to the next page is no address".to_owned(),
        }),
    }
}

impl OktaClient {
    /// Reads a list, at most `pages` pages of it. A record that can't be read makes the answer one
    /// that is not Okta's.
    pub(super) async fn list<T>(
        &self,
        endpoint: Endpoint,
        first: Url,
        pages: u32,
        read: impl Fn(&Value) -> Result<T, ReadError>,
    ) -> Result<List<T>, ApiError> {
        let ask = endpoint.name;
        let mut items = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut url = first;
        for _ in 0..pages {
            if !seen.insert(url.as_str().to_owned()) {
                return Err(ApiError::Unexpected {
                    ask,
                    what: "its pages lead in a circle".to_owned(),
                });
            }
            let got = self.get(endpoint, &url).await?;
            let Value::Array(page) = &got.value else {
                return Err(ApiError::Unexpected {
                    ask,
                    what: "it is no list".to_owned(),
                });
            };
            for item in page {
                items.push(read(item).map_err(|error| ApiError::Unexpected {
                    ask,
                    what: format!("in a record: {error}"),
                })?);
            }
            match got.next {
                Some(next) => url = next,
                None => return Ok(List { items, more: false }),
            }
        }
        Ok(List { items, more: true })
    }
}
