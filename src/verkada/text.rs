//! Texts that go into addresses, and texts of servers that are shown.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

pub(super) use crate::model::line::shorten;

/// Every character but the unreserved ones (RFC 3986, section 2.3).
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
