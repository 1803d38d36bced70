using System.Text.Json.Nodes;
using GpuContainers.Engines.Json;

namespace GpuContainers.Engines.Hooks;

/// <summary>The description of our prestart hook for the hook folders of CRI-O and Podman.</summary>
public static class OciHookFile
{
    private static readonly string[] s_usualFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private static readonly JsonLayout s_layout = JsonLayout.Usual with { Step = "  " };

    /// <summary>The file's content.</summary>
    /// <param name="hookPath">The hook's executable.</param>
    public static string Content(string hookPath)
    {
        // The hook looks for the container CLI in PATH, so its own folder belongs there (CT-112).
        string folder = LexicalPath.Parent(hookPath);
        string[] folders = s_usualFolders.Contains(folder) ? s_usualFolders : [.. s_usualFolders, folder];
        string[] members =
        [
            // In this order, which is not that of their names (CT-111).
            s_layout.Member("version", "1.0.0", "  "),
            Table("hook", [("path", hookPath), ("args", new JsonArray(LexicalPath.Base(hookPath), "prestart")),
                ("env", new JsonArray("PATH=" + string.Join(':', folders)))]),
            Table("when", [("always", true), ("commands", new JsonArray(".*"))]),
            s_layout.Member("stages", new JsonArray("prestart"), "  "),
        ];
        return "{\n  " + string.Join(",\n  ", members) + "\n}\n";
    }

    /// <summary>The file with its content, to be written.</summary>
    /// <param name="path">Where it shall lie.</param>
    /// <param name="hookPath">The hook's executable.</param>
    /// <exception cref="LinuxException">What is there cannot be read.</exception>
    public static FileChange Change(string path, string hookPath) => new(EngineFile.Read(path), System.Text.Encoding.UTF8.GetBytes(Content(hookPath)));

    private static string Table(string name, (string Name, JsonNode Value)[] members) =>
        $"\"{name}\": {{\n    " + string.Join(",\n    ", members.Select(member => s_layout.Member(member.Name, member.Value, "    "))) + "\n  }";
}
