
namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options before the command.</summary>
internal sealed record GlobalOptions
{
    /// <summary>The file for the debug log; empty for none.</summary>
    internal string Debug { get; private set; } = "";

    /// <summary>Whether kernel modules are loaded and nodes made first.</summary>
    internal bool LoadKernelModules { get; private set; }

    /// <summary>Whether IMEX channel nodes are left alone then.</summary>
    internal bool NoCreateImexChannels { get; private set; }

    /// <summary>The account of the process that asks the driver's library; null for the default one.</summary>
    internal UserAccount? User { get; private set; }

    /// <summary>The host root of the driver.</summary>
    internal string Root { get; private set; } = "/";

    /// <summary>The loader's cache below the root.</summary>
    internal string Ldcache { get; private set; } = "/etc/ld.so.cache";

    /// <summary>What the command line asks to be printed instead of any work; null for nothing.</summary>
    internal string? Print { get; private set; }

    /// <summary>The command and its words.</summary>
    internal IReadOnlyList<string> Command { get; private set; } = [];

    internal static CliSyntax Syntax(string program) => new(
        program, "COMMAND [ARG...]", "Command line utility to give containers the NVIDIA driver. Commands: info, list, configure",
        [
            CliOption.Text("debug", 'd', "FILE", "Write the debug log to this file"),
            CliOption.Flag("load-kmods", 'k', "Load kernel modules and create host device nodes first"),
            CliOption.Flag("no-pivot", 'n', "Accepted; only of meaning where a program of the container is run"),
            new CliOption("user", 'u', CliValue.Optional, "UID[:GID]", "Account of the process that asks the driver's library"),
            CliOption.Text("root", 'r', "PATH", "Host root of the driver installation"),
            CliOption.Text("ldcache", 'l', "FILE", "Cache of the dynamic loader inside the root"),
            CliOption.Flag("no-create-imex-channels", '\0', "Do not create IMEX channel nodes with --load-kmods"),
        ]);

    /// <summary>Reads them; all are read before any work (CL-6).</summary>
    /// <param name="syntax">As <see cref="Syntax"/> gives it.</param>
    /// <param name="words">The words behind the program's name.</param>
    /// <param name="debugVariable">NVC_DEBUG_FILE of the environment, which the option overrides (CL-14).</param>
    internal static GlobalOptions Read(CliSyntax syntax, IReadOnlyList<string> words, string debugVariable)
    {
        var options = new GlobalOptions { Debug = debugVariable };
        var reader = new OptionReader(syntax, words, stopsAtOperand: true);
        while (reader.Next(out string? value) is { } option)
        {
            options.Take(syntax, option.Name, value);
            if (options.Print is not null)
                return options;
        }
        string[] rest = new string[words.Count - reader.Position];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = words[reader.Position + i];
        options.Command = rest;
        return options;
    }

    private void Take(CliSyntax syntax, string name, string? value)
    {
        switch (name)
        {
            case "debug":
                Debug = value!;
                break;
            case "load-kmods":
                LoadKernelModules = true;
                break;
            case "no-create-imex-channels":
                NoCreateImexChannels = true;
                break;
            case "user":
                User = value is null ? UserAccount.OfCaller() : UserAccount.Parse(value);
                break;
            case "root":
                Root = value!;
                break;
            case "ldcache":
                Ldcache = value!;
                break;
            case "no-pivot":
                break;
            default:
                Print = CommonPrint(syntax, name);
                break;
        }
    }

    /// <summary>The text for an option that every level has.</summary>
    internal static string CommonPrint(CliSyntax syntax, string name) => name switch
    {
        "usage" => CliTexts.Usage(syntax),
        "version" => CliTexts.Versions(),
        _ => CliTexts.Help(syntax),
    };
}
