//! The `Link` header (RFC 8288, section 3), as far as it leads to the next page.

/// The target of the first link with the relation `next`.
#[must_use]
pub fn next<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    headers.into_iter().find_map(next_in)
}

fn next_in(mut header: &str) -> Option<&str> {
    loop {
        let (_, rest) = header.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        let end = end_of_link(rest);
        if is_next(&rest[..end]) {
            return Some(target.trim());
        }
        header = &rest[end..];
    }
}

/// Where the parameters of a link end: at a comma outside quotation marks.
fn end_of_link(parameters: &str) -> usize {
    outside_quotes(parameters)
        .find(|(_, c)| *c == ',')
        .map_or(parameters.len(), |(at, _)| at)
}

/// The characters that are not quoted.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        let was_quoted = quoted;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        !was_quoted && *c != '"'
    })
}

/// Whether `next` is among the relations. Only the first `rel` counts (RFC 8288, section 3.3).
fn is_next(parameters: &str) -> bool {
    let mut starts: Vec<usize> = outside_quotes(parameters)
        .filter(|(_, c)| *c == ';')
        .map(|(at, _)| at + 1)
        .collect();
    starts.push(parameters.len() + 1);
    let mut pieces = starts
        .windows(2)
        .map(|pair| &parameters[pair[0]..pair[1] - 1]);
    let relations = pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then_some(value)
    });
    relations.is_some_and(|value| {
        let mut words = value.trim().trim_matches('"').split_ascii_whitespace();
        words.any(|word| word.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        for (headers, expected) in [
            (&["</p?page=2>; rel=\"next\""][..], Some("/p?page=2")),
            (&["<a>; rel=prev, <b>; rel=next"], Some("b")),
            (&["<a>; rel=\"prev\"", "<b>;REL=\"last NEXT\""], Some("b")),
            (
                &["<a,b;c>; title=\"x, <y>; rel=next\"; rel=next"],
                Some("a,b;c"),
            ),
            (
                &["<a>; title=\"x \\\" , rel=next\"; rel=prev, <b>; rel=next"],
                Some("b"),
            ),
            (&["<a>; rel=prev; rel=next"], None),
            (&["<a>; rel=nextish"], None),
            (&["<a>; title=\"; rel=next\""], None),
            (&["<a>"], None),
            (&["a; rel=next"], None),
            (&["<a; rel=next"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(next(headers.iter().copied()), expected, "{headers:?}");
        }
    }
}
