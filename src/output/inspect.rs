//! What `inspect` shows: lists of users, groups and cards, and one of each from all sides.

mod card;
mod group;
mod list;
mod rows;
mod sheet;
mod user;
mod words;

pub use card::card_search;
pub use group::group_view;
pub use list::{Columns, Line, List};
pub use user::user_view;
