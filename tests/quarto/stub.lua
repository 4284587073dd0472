-- What Quarto does around a shortcode, as a filter for pandoc alone: reads {{< NAME ARGS >}} from paragraphs, offers the part of
-- Quarto's Lua API that the extension uses, and writes down which files Quarto would copy and which scripts it would add.
-- Environment: EXTENSION is the extension's folder, COPIES the list of files that is written.

local folder = os.getenv("EXTENSION")
local copies = pandoc.List()
local heads = pandoc.List({ '<link rel="icon" href="data:,">' }) -- or the browser asks for one
local is_html = FORMAT:match("html") ~= nil

quarto = {
  doc = {
    is_format = function(name) return name == "html:js" and is_html end,
    add_html_dependency = function(it)
      local root = "site_libs/quarto-contrib/" .. it.name .. "-" .. it.version .. "/"
      for _, script in ipairs(it.scripts) do
        copies:insert(root .. script.name .. "\t" .. script.path)
        heads:insert('<script src="' .. root .. script.name .. '" type="' .. script.attribs.type .. '"></script>')
      end
      for _, sheet in ipairs(it.stylesheets) do
        copies:insert(root .. sheet.name .. "\t" .. sheet.path)
        heads:insert('<link href="' .. root .. sheet.name .. '" rel="stylesheet">')
      end
      for _, file in ipairs(it.resources) do copies:insert(root .. file.name .. "\t" .. file.path) end
    end,
  },
  utils = { resolve_path = function(name) return folder .. "/" .. name end },
}

local shortcodes = dofile(folder .. "/prior-lab.lua")

local function parse(text)
  local args, kwargs = {}, {}
  local rest = text
  while rest:match("%S") do
    local name, value, tail = rest:match('^%s*([%w_-]+)="([^"]*)"(.*)$')
    if not name then name, value, tail = rest:match("^%s*([%w_-]+)=(%S+)(.*)$") end
    if name then
      kwargs[name] = pandoc.Inlines({ pandoc.Str(value) })
    else
      value, tail = rest:match("^%s*(%S+)(.*)$")
      table.insert(args, pandoc.Inlines({ pandoc.Str(value) }))
    end
    rest = tail
  end
  return args, kwargs
end

function Pandoc(doc)
  doc.blocks = doc.blocks:walk({
    Para = function(block)
      local name, words = pandoc.utils.stringify(block):match("^{{<%s*(%S+)%s*(.-)%s*>}}$")
      if not name then return nil end
      local args, kwargs = parse(words)
      return shortcodes[name](args, kwargs, doc.meta)
    end,
  })
  local file = io.open(os.getenv("COPIES"), "w")
  file:write(table.concat(copies, "\n"))
  file:close()
  doc.meta["header-includes"] = pandoc.MetaBlocks({ pandoc.RawBlock("html", table.concat(heads, "\n")) })
  return doc
end
