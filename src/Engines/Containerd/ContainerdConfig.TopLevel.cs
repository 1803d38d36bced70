using GpuContainers.Configuration;

namespace GpuContainers.Engines.Containerd;

/// <summary>The top-level document, which imports the drop-in, and what is taken out again.</summary>
public sealed partial class ContainerdConfig
{
    // The folder as containerd sees it (CT-83, CT-127).
    private string Import
    {
        get
        {
            string folder = LexicalPath.Parent(_request.DropInPath);
            return LexicalPath.Join(_request.HostFolders.GetValueOrDefault(folder, folder), "*.toml");
        }
    }

    /// <inheritdoc/>
    public void RemoveRuntime(string name)
    {
        RemoveRuntime(_target, name);
        // From both documents (CT-121).
        if (_topLevel is not null)
            RemoveRuntime(_topLevel, name);
    }

    private void RemoveRuntime(EditedToml file, string name) => Edit(file, document =>
    {
        string[] runtimes = [.. Containerd, "runtimes"];
        string? binary = Binary(document.Root.Find([.. runtimes, name]) as TomlTable);
        document.Remove([.. runtimes, name]);
        UnsetDefault(document, name);
        // Version 1 may name its default by the program instead of the runtime's name (CT-123).
        if (_version.IsFirst && binary is not null && Binary(document.Root.Find(LegacyDefault) as TomlTable) == binary)
            document.Remove(LegacyDefault);
        TomlSource.Prune(document, runtimes);
        RemoveLoneVersion(document);
    });

    private static string? Binary(TomlTable? runtime)
    {
        string? binary = runtime is null ? null : TomlSource.Text(runtime, "options", "BinaryName");
        return string.IsNullOrEmpty(binary) && runtime is not null ? TomlSource.Text(runtime, "options", "Runtime") : binary;
    }

    private static void RemoveLoneVersion(TomlDocument document)
    {
        if (document.Root.Entries is [{ Name: Version }])
            document.Remove(Version);
    }

    private void AddImport(EditedToml file) => Edit(file, document =>
    {
        // A document of its own version keeps it (CT-84).
        if (document.Root.Entries.Count == 0)
            document.Set([Version], _sourceVersion.Number);
        if (document.Get(Imports) is TomlArray imports)
        {
            // containerd would refuse the file, so there is something to correct first (CT-83).
            if (imports.Items.FirstOrDefault(item => item is not TomlString) is { } wrong)
                throw new ConfigurationException(
                    $"({wrong.Line}, {wrong.Column}): {Imports} must be an array of strings, but has {wrong.TypeName} {wrong}; make it a string or remove it");
            if (imports.Items.Any(item => ((TomlString)item).Value == Import))
                return;
        }
        document.Append([Imports], new TomlString(Import));
    });

    // What only served the drop-in goes with it; everything else stays (CT-122).
    private void SimplifyTopLevel(EditedToml file) => Edit(file, document =>
    {
        bool hasOthers = document.Root.Entries.Exists(entry => entry.Name is not (Version or Imports));
        if (!hasOthers && document.Get(Imports) is TomlArray { Items: [TomlString only] } && only.Value == Import)
            document.Remove(Imports);
        RemoveLoneVersion(document);
    });
}
