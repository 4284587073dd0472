-- {{< prior-lab DEMO NAME=VALUE ... >}}: a live demo of Priorlab.
--
-- In HTML an element (or with mode="iframe" a frame) with the names of the demo's address as attributes; elsewhere its poster, a
-- caption and the way to the live one. What it loads is the copy of the site beside this file, or the one at the address that
-- the metadata names:
--
--   priorlab:
--     base: https://example.org/priorlab/
--     permalink: https://example.org/priorlab/    # for print, where base is not wanted; base otherwise
--
-- Own names: mode (element, iframe), caption, and those of the element: controls, theme, height, autorun.

local own = { mode = true, caption = true }
-- In a link there is no element to have these.
local of_element = { theme = true, height = true, autorun = true }

local function text_of(value)
  if value == nil or type(value) == "string" then return value end
  return pandoc.utils.stringify(value)
end

local function resolve(name) return quarto.utils.resolve_path(name) end

local function exists(name)
  local file = io.open(resolve(name), "r")
  if file then file:close() end
  return file ~= nil
end

local function option(meta, name)
  local all = meta and meta["priorlab"]
  local value = all and all[name]
  return value and text_of(value) or nil
end

local function with_slash(address) return (address:gsub("/*$", "/")) end

local function escape(text)
  local marks = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
  return (text:gsub('[&<>"]', marks))
end

-- Commas and such stay readable.
local function encode(text)
  return (text:gsub("[^%w%-%._~,:]", function(c) return string.format("%%%02X", c:byte()) end))
end

-- Names and values in the order of their names: pairs() has none.
local function settings_of(kwargs)
  local found = {}
  for name, value in pairs(kwargs) do
    if not name:match("^[%w_-]+$") then error("prior-lab: names are of letters, digits, _ and -, not \"" .. name .. "\".") end
    if not own[name] then table.insert(found, { name = name, value = text_of(value) }) end
  end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

local function query(settings, leave_out)
  local words = {}
  for _, it in ipairs(settings) do
    if not (leave_out and leave_out[it.name]) then table.insert(words, it.name .. "=" .. encode(it.value)) end
  end
  return table.concat(words, "&")
end

-- The copy beside this file, once for a document.
local added = false
local function add_copy(version)
  if added then return end
  added = true
  if not exists("site/files.txt") then
    error("prior-lab: this extension came without a copy of Priorlab. Take priorlab-quarto.zip, or name a hosted copy:"
      .. " priorlab: base: https://...")
  end
  local resources = {}
  for name in io.lines(resolve("site/files.txt")) do
    table.insert(resources, { name = "site/" .. name, path = resolve("site/" .. name) })
  end
  quarto.doc.add_html_dependency({
    name = "priorlab",
    version = version,
    scripts = { { name = "priorlab.js", path = resolve("priorlab.js"), attribs = { type = "module" } } },
    -- keeps room for figures before the script has come
    stylesheets = { { name = "prior-lab.css", path = resolve("site/lib/prior-lab.css") } },
    resources = resources,
  })
end

local scripts = {}
local function script_once(address)
  if scripts[address] then return "" end
  scripts[address] = true
  return '<script type="module" src="' .. escape(address) .. '"></script>\n'
end

local function element(demo, settings, base, version)
  local head = ""
  if base then
    head = script_once(base .. "lib/prior-lab.js")
    if head ~= "" then
      head = '<link rel="stylesheet" crossorigin href="' .. escape(base .. "lib/prior-lab.css") .. '">\n' .. head
    end
  else
    add_copy(version)
  end
  local words = { 'demo="' .. escape(demo.id) .. '"' }
  for _, it in ipairs(settings) do table.insert(words, it.name .. '="' .. escape(it.value) .. '"') end
  -- The sentence is read where the script does not load: a page that was saved, or opened from a file.
  return head .. "<prior-lab " .. table.concat(words, " ") .. ">" .. escape(demo.title)
    .. ": live where its script may load.</prior-lab>"
end

local function frame(demo, settings, base, version)
  local words = "demo=" .. encode(demo.id)
  if #settings > 0 then words = words .. "&" .. query(settings, { height = true }) end
  local head, source, height = "", "", "720"
  if base then
    head = script_once(base .. "lib/embed-frame.js")
    source = 'src="' .. escape(base .. "embed.html?" .. words) .. '"'
  else
    add_copy(version)
    source = 'data-priorlab="' .. escape(words) .. '"'
  end
  for _, it in ipairs(settings) do
    if it.name == "height" then height = it.value:gsub("[^%d]", "") end
  end
  return head .. "<iframe " .. source .. ' title="' .. escape(demo.title) .. '" loading="lazy"'
    .. ' allow="clipboard-write; fullscreen; cross-origin-isolated"'
    .. ' style="width: 100%; height: ' .. height .. 'px; border: 0"></iframe>'
end

-- Poster, caption, and where the live one is.
local function still(demo, settings, caption, permalink)
  local words = pandoc.List({ pandoc.Str(caption or (demo.title .. ": " .. demo.line)), pandoc.Space() })
  if permalink then
    local tail = query(settings, of_element)
    local address = permalink .. "#" .. demo.id .. (tail ~= "" and ("?v=1&" .. tail) or "")
    words:extend({ pandoc.Str("Live:"), pandoc.Space(), pandoc.Link(address, address) })
  else
    words:insert(pandoc.Str("It is live in the online edition."))
  end
  local poster = "posters/" .. demo.id .. ".jpg"
  if not exists(poster) then return pandoc.Para(words) end
  local size = pandoc.Attr("", {}, { width = "80%" })
  if pandoc.Figure then -- pandoc 3
    local image = pandoc.Image(demo.alt, resolve(poster), "", size)
    return pandoc.Figure({ pandoc.Plain({ image }) }, { pandoc.Plain(words) })
  end
  size.attributes.alt = demo.alt
  return pandoc.Para({ pandoc.Image(words, resolve(poster), "fig:", size) }) -- "fig:" makes a figure of it
end

local function shortcode(args, kwargs, meta)
  local made = dofile(resolve("demos.lua"))
  local demos = made.demos
  local id = text_of(args[1]) or ""
  local demo = demos[id]
  if not demo then
    local ids = {}
    for name in pairs(demos) do table.insert(ids, name) end
    table.sort(ids)
    error('prior-lab: there is no demo "' .. id .. '". There are: ' .. table.concat(ids, ", ") .. ".")
  end
  demo.id = id
  local mode = text_of(kwargs["mode"])
  if mode == nil or mode == "" then mode = "element" end
  if mode ~= "element" and mode ~= "iframe" then
    error('prior-lab: mode is element or iframe, not "' .. mode .. '".')
  end
  local caption = text_of(kwargs["caption"])
  if caption == "" then caption = nil end
  local base = option(meta, "base")
  if base then base = with_slash(base) end
  local settings = settings_of(kwargs)
  if not quarto.doc.is_format("html:js") then
    local permalink = option(meta, "permalink") or base
    return still(demo, settings, caption, permalink and with_slash(permalink))
  end
  local html = (mode == "iframe" and frame or element)(demo, settings, base, made.version)
  if caption then
    html = "<figure>\n" .. html .. "\n<figcaption>" .. escape(caption) .. "</figcaption>\n</figure>"
  end
  return pandoc.RawBlock("html", html)
end

return { ["prior-lab"] = shortcode }
