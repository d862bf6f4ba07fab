# Completion of mcp-sse for fish. Where the tool has nothing to say, file names are offered.
function __mcp_sse_complete
    set -l line (commandline -cp | string replace -r '^\s*\S+\s*' '' | string replace -r '(--\S+)=(\S*)$' '$1 $2')
    set -l found (mcp-sse "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -r '.+')
    if set -q found[1]
        set -l before (string match -r '^--[^=]+=' -- (commandline -ct))
        printf '%s\n' "$before"$found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c mcp-sse -f -a '(__mcp_sse_complete)'
