extension Scrub.Frame {
  /// A frame shows the richest representation that a page can hold without a script.
  init(name: String, bundle: MimeBundle) {
    var plain = ""
    if case .text(let text)? = bundle["text/plain"] { plain = text }
    self.name = name
    for type in ["image/png", "image/jpeg", "image/gif", "image/svg+xml"] {
      guard let content = bundle[type] else { continue }
      let remarks = bundle.metadata[type]
      let words = remarks?["alt"]?.stringValue ?? plain
      let sides = ["width", "height"].compactMap { side in
        remarks?[side]?.intValue.map { " \(side)=\"\($0)\"" }
      }
      html =
        "<img alt=\"\(escapedHTML(words))\"\(sides.joined()) src=\"\(content.address(type))\">"
      description = words
      return
    }
    description = plain
    if case .text(let text)? = bundle["text/html"] {
      html = text
    } else {
      html = "<pre>\(escapedHTML(plain))</pre>"
    }
  }
}

extension MimeBundle.Content {
  /// The content as an address that needs no file.
  fileprivate func address(_ type: String) -> String {
    let bytes: [UInt8]
    switch self {
    case .bytes(let content): bytes = content
    case .text(let content): bytes = Array(content.utf8)
    case .json(let content): bytes = Array(content.text.utf8)
    }
    return "data:\(type);base64,\(base64(bytes))"
  }
}

/// The HTML and the script of a slider.
struct ScrubPage {
  private let scrub: Scrub

  init(_ scrub: Scrub) { self.scrub = scrub }

  /// The attribute keeps JupyterLab from taking arrow keys for its own shortcuts.
  var html: String {
    let first = scrub.frames[0]
    // The same frames have the same name, so that a page built twice is the same page.
    let name = "ansatz-scrub-" + String(fingerprint, radix: 16)
    let label = escapedHTML(scrub.label)
    return """
      <div class="\(name)" data-label="\(label)">
      <div data-part="frame">\(first.html)</div>
      <div data-part="controls" style="display: none; gap: 0.6em; align-items: center; max-width: 40em">
      <button type="button" data-part="play" data-lm-suppress-shortcuts="true" aria-label="Play \(label)" \
      style="min-width: 2.4em; min-height: 2em">▶</button>
      <label style="flex: 1; display: flex; gap: 0.6em; align-items: center">\(label)
      <input type="range" data-lm-suppress-shortcuts="true" min="0" max="\(scrub.frames.count - 1)" value="0" step="1" style="flex: 1"></label>
      <output style="min-width: 4em; font-variant-numeric: tabular-nums">\(escapedHTML(first.name))</output>
      </div>
      <p data-part="still"><small>\(label) = \(escapedHTML(first.name)), the first of \
      \(scrub.frames.count) frames: the slider moves once the notebook is trusted and its cell has \
      run.</small></p>
      <p data-part="words" aria-live="polite" style="position: absolute; width: 1px; height: 1px; \
      overflow: hidden; clip-path: inset(50%); white-space: nowrap"></p>
      </div>
      <script>\(script(name))</script>
      """
  }

  private func script(_ name: String) -> String {
    let frames = JSONValue.array(
      scrub.frames.map { frame in
        [
          "name": .string(frame.name), "html": .string(frame.html),
          "words": .string(frame.description),
        ]
      })
    // A `</script>` inside of a frame must not end this one.
    let data = frames.text.replacing("</", with: "<\\/")
    return """
      (() => {
        const frames = \(data);
        for (const root of document.querySelectorAll(".\(name)")) {
          if (root.dataset.ready) continue;
          root.dataset.ready = "yes";
          const part = (name) => root.querySelector(`[data-part=${name}]`);
          const [slider, output, play] = [root.querySelector("input"), root.querySelector("output"), part("play")];
          let timer = null;
          const show = (index) => {
            const frame = frames[index];
            part("frame").innerHTML = frame.html;
            slider.value = index;
            slider.setAttribute("aria-valuetext", `${root.dataset.label} = ${frame.name}`);
            output.textContent = frame.name;
            if (!timer) part("words").textContent = frame.words;
          };
          const stop = () => {
            clearInterval(timer);
            timer = null;
            play.textContent = "▶";
            play.setAttribute("aria-label", `Play ${root.dataset.label}`);
          };
          slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
          play.addEventListener("click", () => {
            if (timer) return stop();
            play.textContent = "❚❚";
            play.setAttribute("aria-label", `Stop ${root.dataset.label}`);
            let index = Number(slider.value) + 1 < frames.length ? Number(slider.value) : -1;
            timer = setInterval(() => {
              index += 1;
              show(index);
              if (index + 1 >= frames.length) stop();
            }, Math.max(80, Math.min(500, 6000 / frames.length)));
          });
          part("controls").style.display = "flex";
          part("still").remove();
          show(0);
        }
      })();
      """
  }

  private var fingerprint: UInt64 {
    scrub.frames.lazy.flatMap { [$0.html.utf8, $0.name.utf8].joined() }.fingerprint
  }
}
