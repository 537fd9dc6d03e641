//! As much of HTML as it takes to see a form that posts itself, and what a page says.

/// A tag with its attributes, names in lower case.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A page: its tags in order, and its text.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) tags: Vec<Tag>,
    /// What is in its title.
    pub(super) title: String,
    /// What a person sees, in words.
    pub(super) text: String,
}

/// More tags than a sign-on page has; what follows is not read.
const MOST_TAGS: usize = 20_000;

/// Reads a page, whatever it is: what is not HTML gives no tags.
pub(super) fn read(html: &str) -> Page {
    let mut page = Page::default();
    let mut rest = html;
    let mut inside = String::new();
    while let Some(at) = rest.find('<') {
        put_text(&mut page, &inside, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = tag(&rest[1..]) else {
            rest = &rest[1..];
            continue;
        };
        rest = after;
        if let Some(closed) = tag.name.strip_prefix('/') {
            if closed == inside {
                inside.clear();
            }
            continue;
        }
        match tag.name.as_str() {
            // What is inside is no markup.
            name @ ("script" | "style") => rest = behind(rest, name),
            "title" => "title".clone_into(&mut inside),
            _ => {}
        }
        page.tags.push(tag);
        if page.tags.len() >= MOST_TAGS {
            return page;
        }
    }
    put_text(&mut page, &inside, rest);
    page
}

fn put_text(page: &mut Page, inside: &str, text: &str) {
    let text = unescape(text);
    let place = match inside {
        "title" => &mut page.title,
        _ => &mut page.text,
    };
    for word in text.split_whitespace() {
        if !place.is_empty() {
            place.push(' ');
        }
        place.push_str(word);
    }
}

/// What follows the end tag of an element whose content is raw.
fn behind<'a>(text: &'a str, name: &str) -> &'a str {
    // Only what is looked at is compared: a page may hold thousands of such elements.
    let ends_here = |at: &usize| {
        let end = text.as_bytes().get(at + 2..at + 2 + name.len());
        end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
    };
    let mut ends = text.match_indices("</").map(|(at, _)| at);
    ends.find(ends_here).map_or("", |at| &text[at..])
}

/// Reads a tag behind its `<`. `None` if it is none.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let first = text.chars().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, '/' | '!')) {
        return None;
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == '>')
        .unwrap_or(text.len());
    let name = text[..end].trim_end_matches('/').to_ascii_lowercase();
    let name = match text.starts_with('/') {
        true => format!("/{}", name.trim_start_matches('/')),
        false => name,
    };
    let mut tag = Tag {
        name,
        attributes: Vec::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return Some((tag, rest));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((tag, after));
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .unwrap_or(rest.len());
        // A lone = is no name, and must not stop us here.
        let end = end.max(rest.chars().next().map_or(1, char::len_utf8));
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let (raw, after) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &after[1..];
                    inner.split_once(quote).unwrap_or((inner, ""))
                }
                _ => {
                    let end = after
                        .find(|c: char| c.is_whitespace() || c == '>')
                        .unwrap_or(after.len());
                    after.split_at(end)
                }
            };
            value = unescape(raw);
            rest = after;
        }
        tag.attributes.push((name, value));
    }
}

/// Resolves the character references that XML has, and the blank.
fn unescape(text: &str) -> String {
    let text = text.replace("&nbsp;", " ");
    quick_xml::escape::unescape(&text).map_or(text.clone(), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_attributes_and_text_are_read() {
        let page = read(
            "<!DOCTYPE html><TITLE>Sign &amp; on</TITLE><!-- <form action=no> --><p>Hello\n<b>you</b>\
             <script>if (a < b) document.write('<form action=\"no\">')</script>\
             <Form METHOD=post action='https://a/?x=1&#38;y=2'><input name=SAMLRequest value=\"Zm9v\"/>",
        );
        assert_eq!(page.title, "Sign & on");
        assert_eq!(page.text, "Hello you");
        let forms: Vec<_> = page.tags.iter().filter(|tag| tag.name == "form").collect();
        assert_eq!(forms.len(), 1, "{page:?}");
        assert_eq!(forms[0].attribute("action"), Some("https://a/?x=1&y=2"));
        assert_eq!(forms[0].attribute("method"), Some("post"));
        let input = page.tags.iter().find(|tag| tag.name == "input").unwrap();
        assert_eq!(input.attribute("value"), Some("Zm9v"));
    }

    #[test]
    fn what_is_raw_ends_at_its_own_end_tag_however_it_is_written() {
        let page = read("<style>a</b></scr</STYLE><i>1</i><script>'</style>'</Script>2<script></");
        assert_eq!(page.text, "1 2");
        let names: Vec<_> = page.tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["style", "i", "script", "script"]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(html in "[<>a-z/=\"' !ü-]{0,80}") {
            let _ = read(&html);
        }
    }
}
