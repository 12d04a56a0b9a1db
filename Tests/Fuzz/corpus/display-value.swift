struct Swatch: Displayable {
  var mimeBundle: MimeBundle { MimeBundle(text: "swatch", html: "<b>swatch</b>") }
}
display(Swatch())
display(markdown: "**bold**")
