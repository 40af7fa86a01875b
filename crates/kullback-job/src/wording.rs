//! How options are spelled in messages.

/// The text with each option that it names, `--name`, spelled as `spell` says of `name`.
///
/// Messages name options the way they are given to the command; a face that is no command line has
/// other words for them.
///
/// ```
/// use kullback_job::options_as;
///
/// let python = |name: &str| format!("{}=", name.replace('-', "_"));
/// let text = "name it, or split the first with --by; say --column-type.";
/// let said = "name it, or split the first with by=; say column_type=.";
/// assert_eq!(options_as(text, python), said);
/// assert_eq!(options_as("a -- b, x--y", python), "a -- b, x--y");
/// ```
pub fn options_as(text: &str, spell: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, after) = rest.split_at(at);
        let name_end = after[2..]
            .find(|c: char| !c.is_ascii_lowercase() && c != '-')
            .map_or(after.len(), |end| end + 2);
        let starts_a_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let name = &after[2..name_end];
        out.push_str(before);
        if starts_a_word && name.starts_with(|c: char| c.is_ascii_lowercase()) {
            out.push_str(&spell(name));
        } else {
            out.push_str(&after[..name_end]);
        }
        rest = &after[name_end..];
    }
    out + rest
}
