//! What every page has: head, style, the little that scripts add, foot.

use super::markup::Markup;

/// A page with this title, whose body `body` writes. It loads nothing, and its policy forbids that it
/// ever does.
pub(super) fn page(title: &str, body: impl FnOnce(&mut Markup)) -> String {
    let mut m = Markup::default();
    m.raw("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n");
    m.raw("<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n");
    m.raw("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n");
    m.raw("<meta name=color-scheme content=\"light dark\">\n<link rel=icon href=data:,>\n<title>");
    m.outside(title).raw("</title>\n<style>\n");
    m.raw(include_str!("page.css")).raw("</style>\n<main>\n");
    body(&mut m);
    m.raw("\n<footer>Written by kullback ")
        .text(env!("CARGO_PKG_VERSION"));
    m.raw(". This page is one file: it loads nothing and sends nothing.</footer>\n</main>\n<script>\n");
    m.raw(include_str!("page.js")).raw("</script>\n");
    m.finish()
}
