//! Every form of what `auth` says.
