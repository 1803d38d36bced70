using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>
/// host.json: a description of the machine as the simulator reads it, an entry on each line. Texts stand beside it as files, where people can read them.
/// </summary>
internal static class HostJson
{
    /// <summary>The number of this form; a reader refuses one that it does not know.</summary>
    private const int Form = 1;

    /// <summary>Writes it.</summary>
    public static string Write(HostSnapshot snapshot, DriverAnswers answers, Privacy privacy)
    {
        Machine machine = snapshot.Machine;
        var text = new StringBuilder("{\n");
        text.Append("\"about\": ").Append(OnLine(json => json.Value(About(machine)))).Append(",\n\"imported\": {\n");
        text.Append(CultureInfo.InvariantCulture, $"\"form\": {Form},\n\"answers\": ").Append(privacy.Clean(OnLine(json => answers.Write(json, machine))));
        text.Append(",\n\"programPath\": ").Append(OnLine(json => json.Value(privacy.Clean(machine.Context.ProgramPath ?? ""))));
        text.Append(",\n\"dataDirectories\": ").Append(OnLine(json => json.Value(privacy.Clean(machine.Context.DataDirectories ?? ""))));
        text.Append(",\n\"caches\": [\n").AppendJoin(",\n", BundleContent.Roots(machine).Where(root => BundleCache.Read(machine, root).Count > 0)
            .Select(root => OnLine(json => Cache(json, root, BundleCache.Read(machine, root)))));
        text.Append("\n],\n\"entries\": [\n").AppendJoin(",\n", snapshot.Entries.Select(static entry => OnLine(json => Entry(json, entry))));
        return text.Append("\n]\n}\n}\n").ToString();
    }

    private static string About(Machine machine)
    {
        string gpus = string.Join(", ", machine.Driver.Gpus.GroupBy(static gpu => gpu.Name)
            .Select(static kind => kind.Count() == 1 ? kind.Key : $"{kind.Count()} x {kind.Key}"));
        return $"{(gpus.Length > 0 ? gpus : "no GPU in procfs")}, {(machine.Driver.Module is { } module ? "driver " + module : "no driver loaded")}; "
            + $"from a support bundle of toolkit {ProductVersion.Text}";
    }

    private static string OnLine(Action<JsonLine> write)
    {
        var json = new JsonLine();
        write(json);
        return Encoding.UTF8.GetString(json.Written);
    }

    private static void Cache(JsonLine json, string root, IReadOnlyList<LibraryCacheEntry> entries)
    {
        json.BeginObject();
        json.Member("root", root);
        json.Name("libraries");
        json.BeginList();
        foreach (LibraryCacheEntry entry in entries)
        {
            json.BeginObject();
            json.Member("name", entry.Name);
            json.Member("path", entry.Path);
            json.Optional("flags", entry.Flags);
            json.EndObject();
        }
        json.EndList();
        json.EndObject();
    }

    private static void Entry(JsonLine json, BundleEntry entry)
    {
        json.BeginObject();
        json.Member("path", entry.Path);
        json.Member("kind", Word(entry.Kind));
        if (entry.Kind is BundleEntryKind.Text or BundleEntryKind.Library or BundleEntryKind.Program or BundleEntryKind.Data or BundleEntryKind.Node)
            json.Member("mode", Convert.ToString((int)entry.Mode, 8));
        if (entry.Kind == BundleEntryKind.Node)
        {
            json.Optional("major", entry.Numbers.Major);
            json.Optional("minor", entry.Numbers.Minor);
            json.Optional("group", entry.Group == 0 ? null : entry.Group);
        }
        json.Optional("target", entry.Target);
        json.Optional("size", entry.Size == 0 ? null : entry.Size);
        if (entry.Library is { } library)
            Library(json, library);
        json.EndObject();
    }

    private static void Library(JsonLine json, LibraryHeaders library)
    {
        json.Optional("soname", library.Soname ?? "");
        json.Optional("bits", library.Is32Bit ? 32 : 64);
        json.Optional("machine", library.Machine);
        json.Name("sections");
        json.Value(library.HasSections);
    }

    /// <summary>The word for a kind.</summary>
    internal static string Word(BundleEntryKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>What the loader's cache of a root knows of the driver's libraries.</summary>
internal static class BundleCache
{
    private const long Limit = 64 << 20;

    // How the names of the driver's libraries begin.
    private static readonly string[] s_beginnings =
    [
        "libcuda", "libnv", "libnvidia", "libGLX_nvidia", "libEGL_nvidia", "libGLESv1_CM_nvidia", "libGLESv2_nvidia", "libvdpau_nvidia", "libdxcore",
        "libcudadebugger", "libnvcuvid", "libnvoptix", "libd3d12",
    ];

    /// <summary>Whether a file may be a driver's library, or part of a driver store, by its name.</summary>
    public static bool IsDrivers(string name) => Array.Exists(s_beginnings, known => name.StartsWith(known, StringComparison.Ordinal))
        || name is "nvidia-smi" or "nvcubins.bin";

    /// <summary>The entries of the driver's libraries in the cache's order; none without a cache that can be read.</summary>
    public static IReadOnlyList<LibraryCacheEntry> Read(Machine machine, string root)
    {
        string path = machine.At(LexicalPath.Join(root, "/etc/ld.so.cache"));
        if (!HostFile.TryReadAll(path, Limit, out byte[] bytes, out _))
            return [];
        try
        {
            return LibraryCache.Parse(bytes).ReadEntries(static name => IsDrivers(Encoding.UTF8.GetString(name)));
        }
        catch (ElfException)
        {
            // A cache that no reader takes decides nothing.
            return [];
        }
    }
}
