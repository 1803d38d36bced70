using GpuContainers.Ctk.CommandLine;
using GpuContainers.Oci.Json;
using Spectre.Console;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi list</c>: the devices that engines can use.</summary>
internal static class CdiListCommand
{
    private const string FilesTitle = "KIND AND FILES";
    private const string NamesTitle = "DEVICES";

    // The lines of a table of two columns, and the blanks beside them.
    private const int Frame = 7;

    private static readonly ListOption s_folders = SpecFolderOption.Create();

    private static readonly TextOption s_format = new("--format", "Output: names, table or json; by default a table on a terminal, else names")
    {
        ValueWord = "FORMAT",
        Choices = ["names", "table", "json"],
    };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("list", "List the available CDI devices")
    {
        Run = Run,
        Examples =
        [
            new Example("devices for a script, one on each line", "nvidia-ctk cdi list --format=names"),
            new Example("with their files and all errors", "nvidia-ctk cdi list --format=json"),
        ],
        Options = [s_folders, s_format],
    };

    private static int Run(Invocation invocation)
    {
        string format = invocation.Get(s_format).Length > 0 ? OutputFormat.Read(invocation, s_format) : Console.IsOutputRedirected ? "names" : "table";
        CdiRegistry registry = CdiRegistry.Load(SpecFolderOption.Read(invocation, s_folders));
        IReadOnlyDictionary<string, IReadOnlyList<RegistryError>> errorsByPath = registry.GetErrors();
        if (errorsByPath.Count > 0)
        {
            Log.Warning("The following registry errors were reported:");
            // In byte order of the paths (CDI-173).
            foreach ((string path, IReadOnlyList<RegistryError> errors) in errorsByPath)
            {
                RegistryError[] others = [.. errors.Where(static error => !error.IsConflict)];
                if (others.Length > 0)
                    Log.Warning($"{path}: [{string.Join<RegistryError>(' ', others)}]");
            }
            foreach (RegistryConflict conflict in registry.GetConflicts())
                Log.Warning(conflict.ToString());
        }
        IReadOnlyList<string> names = registry.GetDeviceNames();
        Log.Info($"Found {names.Count} CDI devices");
        switch (format)
        {
            case "json":
                WriteJson(invocation.Output, registry);
                break;
            case "table":
                WriteTable(invocation.Output, registry);
                break;
            default:
                foreach (string name in names)
                    invocation.Output.Write(name + "\n");
                break;
        }
        return 0;
    }

    private static void WriteTable(TextWriter output, CdiRegistry registry)
    {
        if (registry.GetDeviceNames().Count == 0)
        {
            output.Write(Terminal.Fit(
                $"no devices in {string.Join(" and ", registry.Folders)}; this describes the GPUs of the machine:\n"
                + "  nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml\n"));
            return;
        }
        IGrouping<string, RegisteredDevice>[] kinds = [.. Devices(registry).GroupBy(static device => device.Source.Spec.Kind)];
        string[] files = [FilesTitle, .. kinds.Select(static kind =>
            string.Join('\n', kind.Select(static device => device.Source.Path).Distinct().Prepend($"{kind.Key} ({kind.Count()})")))];
        int room = Terminal.TableWidth - Frame - Widest(files);
        string[] names = [NamesTitle, .. kinds.Select(kind =>
            string.Join('\n', WrappedText.Lines(string.Join(", ", kind.Select(static device => device.Device.Name)), room)))];
        Table table = new Table().Border(Terminal.IsUnicode ? TableBorder.Square : TableBorder.Ascii).AddColumns(files[0], names[0]);
        for (int row = 1; row < files.Length; row++)
            table.AddRow(Markup.Escape(files[row]), Markup.Escape(names[row]));
        // Names and paths are copied, so none is broken even where the terminal is too narrow for the longest.
        Terminal.Write(output, table, Frame + Widest(files) + Widest(names));
    }

    private static int Widest(string[] cells) => cells.SelectMany(static cell => cell.Split('\n')).Max(static line => line.Length);

    private static void WriteJson(TextWriter output, CdiRegistry registry) => output.Write(JsonLine.Object(json =>
    {
        json.Member("devices", Devices(registry), device =>
        {
            json.Member("name", device.QualifiedName);
            json.Member("kind", device.Source.Spec.Kind);
            json.Member("file", device.Source.Path);
            json.Member("priority", device.Source.Priority);
        });
        json.Name("errors");
        json.BeginObject();
        foreach ((string path, IReadOnlyList<RegistryError> errors) in registry.GetErrors())
            json.Member(path, [.. errors.Select(static error => error.Message)]);
        json.EndObject();
    }));

    private static IEnumerable<RegisteredDevice> Devices(CdiRegistry registry) => registry.GetDeviceNames().Select(name => registry.Find(name)!);
}

/// <summary>The option that names the folders of CDI specifications (CDI-169).</summary>
internal static class SpecFolderOption
{
    /// <summary>Makes the option.</summary>
    public static ListOption Create() =>
        new("--spec-dir", "Folder of CDI specifications; repeat it or separate folders by commas, later ones have priority", [.. CdiRegistry.DefaultFolders])
        {
            Variables = ["NVIDIA_CTK_CDI_SPEC_DIRS"],
            ValueWord = "DIR",
            TrimsItems = false,
        };

    /// <summary>The folders: split at commas, blanks kept; an empty variable counts as not given.</summary>
    public static IReadOnlyList<string> Read(Invocation invocation, ListOption setting)
    {
        string[] folders = invocation.Get(setting);
        // The command line cannot say "no folder", but a caller of the code can (CDI-170).
        return folders.Length > 0
            ? folders
            : throw new ToolkitException("at least one CDI specification directory must be specified");
    }
}
