using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options before the command.</summary>
internal sealed class GlobalOptions : CliLevel
{
    private GlobalOptions(string program, string debugFile)
        : base(program, "COMMAND [ARG...]", "Command line utility to give containers the NVIDIA driver. Commands: info, list, configure")
    {
        Debug = debugFile;
        Text("debug", 'd', "FILE", "Write the debug log to this file", value => Debug = value);
        Flag("load-kmods", 'k', "Load kernel modules and create host device nodes first", () => LoadKernelModules = true);
        Flag("no-pivot", 'n', "Accepted; only of meaning where a program of the container is run", static () => { });
        Add(new CliOption("user", 'u', CliValue.Optional, "UID[:GID]", "Account of the process that asks the driver's library",
            value => User = value is null ? UserAccount.FromCaller() : UserAccount.Parse(value)));
        Text("root", 'r', "PATH", "Host root of the driver installation", value => Root = value);
        Text("ldcache", 'l', "FILE", "Cache of the dynamic loader inside the root", value => Ldcache = value);
        Flag("no-create-imex-channels", '\0', "Do not create IMEX channel nodes with --load-kmods", () => NoCreateImexChannels = true);
    }

    /// <summary>The file for the debug log; empty for none.</summary>
    internal string Debug { get; private set; }

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

    /// <summary>The command and its words.</summary>
    internal IReadOnlyList<string> Command { get; private set; } = [];

    /// <summary>Reads them; all are read before any work (CL-6).</summary>
    /// <param name="program">The name the program is called by.</param>
    /// <param name="words">The words behind it.</param>
    /// <param name="debugVariable">NVC_DEBUG_FILE of the environment, which the option overrides (CL-14).</param>
    internal static GlobalOptions Read(string program, IReadOnlyList<string> words, string debugVariable)
    {
        var options = new GlobalOptions(program, debugVariable);
        OptionReader reader = options.ReadOptions(words, stopsAtOperand: true);
        string[] rest = new string[words.Count - reader.Position];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = words[reader.Position + i];
        options.Command = rest;
        return options;
    }
}

/// <summary>The account under which the driver's library is asked (CL-8, CL-53).</summary>
internal static class DriverAccounts
{
    /// <summary>The account of --user; else that of nobody, or of a caller who has no other.</summary>
    internal static DriverAccount Choose(GlobalOptions options, DriverRoot root)
    {
        UserAccount account = options.User ?? (IsBound(options) ? UserAccount.FromCaller() : UserAccount.FromOverflow());
        return new DriverAccount(root, account.Uid, account.Gid);
    }

    // People may look at the driver without being root; and in a user namespace nobody may not exist.
    private static bool IsBound(GlobalOptions options)
    {
        if (ProcessCredentials.EffectiveUser != 0)
            return options.Command is [not "configure", ..];
        var nobody = UserAccount.FromOverflow();
        return !UserNamespace.CanBecome(nobody.Uid, nobody.Gid);
    }
}
