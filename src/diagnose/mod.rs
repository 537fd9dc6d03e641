//! Why a person is not as expected: facts are gathered first, then judged by pure checks, one for
//! each cause ([`checks`]).

pub mod begin;
pub mod card;
pub mod checks;
pub mod everybody;
pub mod facts;
pub mod gather;
pub mod person;
pub mod redact;
pub mod summary;
#[cfg(test)]
mod tests;
