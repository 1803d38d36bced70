using GpuContainers.Runtime.Hooks;

namespace GpuContainers.Runtime;

/// <summary>
/// Which program was meant: by the path that was executed and its links first, because specifications of OCI and CDI may write anything into argument 0
/// (RT-262).
/// </summary>
internal static class ProgramNames
{
    // The kernel follows no more links than these.
    private const int MostLinks = 40;

    // Packages of distributions keep a program under such a name behind a script with its own.
    private static readonly string[] s_wrappedEndings = ["-wrapped", ".real"];

    /// <summary>Decides by path, links, argument 0 and first word, in this order.</summary>
    /// <param name="executed">The path that was executed; empty when it is not known.</param>
    /// <param name="words">The argument vector.</param>
    public static ProgramKind Decide(string executed, string[] words)
    {
        string first = words.Length > 0 ? words[0] : "";
        // A path of procfs is a handle and not a name, as a program has that starts itself inside a container; then argument 0 tells.
        bool isHandle = executed.StartsWith("/proc/", StringComparison.Ordinal) || executed.StartsWith("/dev/fd/", StringComparison.Ordinal);
        return (isHandle ? Find(first) ?? Follow(executed) : Follow(executed) ?? Find(first)) ?? ByWord(words.Length > 1 ? words[1] : "");
    }

    // The name of the path, and of each link on the way to the file.
    private static ProgramKind? Follow(string path)
    {
        for (int i = 0; i < MostLinks && path.Length > 0; i++)
        {
            if (Find(path) is { } kind)
                return kind;
            if (HostFile.ReadLink(path) is not { } target)
                return null;
            path = target.StartsWith('/') ? target : LexicalPath.Join(LexicalPath.Parent(path), target);
        }
        return null;
    }

    private static ProgramKind? Find(string path)
    {
        string name = Unwrapped(LexicalPath.Base(path));
        return Exactly(name) ?? ByPart(name);
    }

    private static string Unwrapped(string name)
    {
        name = name.TrimStart('.');
        while (Array.Find(s_wrappedEndings, suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } ending)
            name = name[..^ending.Length];
        return name;
    }

    private static ProgramKind? Exactly(string name) => name switch
    {
        "nvidia-container-runtime" => ProgramKind.Runtime,
        "nvidia-container-runtime.cdi" => ProgramKind.RuntimeCdi,
        "nvidia-container-runtime.legacy" => ProgramKind.RuntimeLegacy,
        "nvidia-cdi-hook" => ProgramKind.CdiHook,
        "nvidia-ctk" => ProgramKind.Toolkit,
        "nvidia-container-runtime-hook" or "nvidia-container-toolkit" => ProgramKind.LegacyHook,
        "nvidia-container-cli" => ProgramKind.ContainerCli,
        _ => null,
    };

    // Copies with a version or a vendor in the name. The longest part decides, since some names begin with others.
    private static ProgramKind? ByPart(string name)
    {
        if (Has("nvidia-container-runtime.legacy"))
            return ProgramKind.RuntimeLegacy;
        if (Has("nvidia-container-runtime-hook"))
            return ProgramKind.LegacyHook;
        if (Has("nvidia-container-runtime.cdi"))
            return ProgramKind.RuntimeCdi;
        if (Has("nvidia-container-toolkit"))
            return ProgramKind.LegacyHook;
        if (Has("nvidia-container-runtime"))
            return ProgramKind.Runtime;
        if (Has("nvidia-container-cli"))
            return ProgramKind.ContainerCli;
        if (Has("runtime-hook"))
            return ProgramKind.LegacyHook;
        if (Has("nvidia-ctk"))
            return ProgramKind.Toolkit;
        return Has("cdi-hook") ? ProgramKind.CdiHook : null;

        bool Has(string part) => name.Contains(part, StringComparison.Ordinal);
    }

    // A copy under any name may stand in an engine's configuration in place of the low-level runtime, whose verbs are none of these.
    private static ProgramKind ByWord(string word) => word switch
    {
        "prestart" or "poststart" or "poststop" => ProgramKind.LegacyHook,
        "hook" or "cdi" or "runtime" or "system" or "config" or "info" or "doctor" or "completion" or "man-pages" => ProgramKind.Toolkit,
        _ => HookProgram.IsHook(word) ? ProgramKind.CdiHook : ProgramKind.Runtime,
    };
}

/// <summary>What the one file of the core does.</summary>
internal enum ProgramKind
{
    /// <summary>The shim, in the mode of the configuration.</summary>
    Runtime,

    /// <summary>The shim, always in mode cdi.</summary>
    RuntimeCdi,

    /// <summary>The shim, always in mode legacy.</summary>
    RuntimeLegacy,

    /// <summary>nvidia-cdi-hook.</summary>
    CdiHook,

    /// <summary>nvidia-ctk.</summary>
    Toolkit,

    /// <summary>The prestart hook of mode legacy.</summary>
    LegacyHook,

    /// <summary>nvidia-container-cli.</summary>
    ContainerCli,
}

/// <summary>The tools program, which serves every verb of nvidia-ctk but <c>hook</c>.</summary>
internal static class ToolsProgram
{
    private const string Name = "nvidia-ctk-cli";

    /// <summary>Replaces this process by the tools program beside the real path of this one; the arguments stay as they are.</summary>
    /// <exception cref="CoreException">It is not there, or cannot be started.</exception>
    public static int Execute(byte[][] arguments)
    {
        string self = OwnProgram.Path
            ?? throw new CoreException("cannot tell where this program lies: /proc is not mounted");
        string path = LexicalPath.Join(LexicalPath.Parent(self), Name);
        Errno error = ProgramImage.Execute(path, arguments);
        throw new CoreException(
            $"could not exec '{path}': {error.Describe()}; reinstall the toolkit so that {Name} lies beside {LexicalPath.Base(self)}");
    }
}
