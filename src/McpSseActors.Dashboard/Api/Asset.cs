using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace McpSseActors.Dashboard.Api;

/// <summary>A file of the page, which the assembly contains.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="Zipped">The same, compressed; null if that saves nothing.</param>
/// <param name="Hash">A hash of them.</param>
internal sealed record Asset(string Type, byte[] Body, byte[]? Zipped, string Hash)
{
    private const string Folder = "Assets/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
    }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<string, Asset>> All = new(ReadAll);

    /// <summary>Finds a file; null if there is none.</summary>
    /// <param name="name">Its path below the folder.</param>
    public static Asset? Find(string name) => All.Value.GetValueOrDefault(name);

    // Licences and such are in the package, and not on the page.
    private static FrozenDictionary<string, Asset> ReadAll()
    {
        var assembly = typeof(Asset).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && Types.ContainsKey(Path.GetExtension(name)))
            .ToFrozenDictionary(name => name[Folder.Length..].Replace('\\', '/'), name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static Asset Read(Assembly assembly, string name)
    {
        using var source = assembly.GetManifestResourceStream(name)!;
        var body = new byte[source.Length];
        source.ReadExactly(body);
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
            zip.Write(body);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body))[..16];
        return new Asset(Types[Path.GetExtension(name)], body, zipped.Length < body.Length ? zipped.ToArray() : null, hash);
    }
}
