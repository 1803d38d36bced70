using GpuContainers.Ctk.CommandLine;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary><c>doctor --bundle</c>: writes a support bundle and says what is in it, or shows it without writing.</summary>
internal static class BundleCommand
{
    /// <summary>Where it is written.</summary>
    internal static readonly TextOption File = new("--bundle", "Write a support bundle: what decides about GPUs here, without names and secrets")
    {
        ValueWord = "FILE.tar.gz",
    };

    /// <summary>Whether it is shown instead.</summary>
    internal static readonly FlagOption Preview = new("--preview", "With --bundle: write nothing, show every line that would be in it");

    /// <summary>Whether UUIDs stay.</summary>
    internal static readonly FlagOption KeepUuids = new("--keep-uuids", "With --bundle: leave the UUIDs of GPUs as they are");

    /// <summary>Writes or shows it.</summary>
    public static int Run(Invocation invocation, Machine machine)
    {
        var bundle = SupportBundle.Make(machine, invocation.Get(KeepUuids));
        if (invocation.Get(Preview))
        {
            invocation.Output.Write(Whole(bundle));
            return 0;
        }
        string file = invocation.Get(File);
        byte[] bytes = bundle.ToBytes();
        // The sender looks at it first: nobody else needs to read it until then.
        AtomicFile.Create(file, bytes, FileModes.PrivateFile);
        invocation.Output.Write(Terminal.Fit(Summary(bundle, file, bytes.Length, machine.Unseen)));
        return 0;
    }

    private static string Whole(SupportBundle bundle)
    {
        var text = new StringBuilder();
        foreach ((string name, string content) in bundle.Files)
            text.Append(CultureInfo.InvariantCulture, $"==> {name} <==\n{content}{(content.EndsWith('\n') ? "" : "\n")}\n");
        return text.ToString();
    }

    private static string Summary(SupportBundle bundle, string file, int size, IReadOnlyList<string> unseen)
    {
        var text = new StringBuilder($"{file}: {(size + 1023) / 1024} KiB\n\nin it:\n");
        foreach (IGrouping<BundleEntryKind, BundleEntry> kind in bundle.Entries.GroupBy(static entry => entry.Kind).OrderBy(static kind => kind.Key))
            text.Append(CultureInfo.InvariantCulture, $"  {kind.Count(),5}  {Plural(kind.Key)}\n");
        text.Append("\nwith their text:\n");
        foreach (BundleEntry entry in bundle.Entries.Where(static entry => entry.Kind == BundleEntryKind.Text))
            text.Append(CultureInfo.InvariantCulture, $"  {entry.Path}\n");
        text.Append(bundle.Replaced.Count > 0 ? $"\nreplaced: {string.Join(", ", bundle.Replaced)}\n" : "\n");
        text.Append("left out: registries, tokens, variables, and all else in configurations that does not decide about GPUs\n");
        if (unseen.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"not seen, for lack of permission: {string.Join(", ", unseen)}; run it as root to have it too\n");
        return text.Append(CultureInfo.InvariantCulture, $"look at every line before you send it:\n  nvidia-ctk doctor --bundle={file} --preview\n").ToString();
    }

    private static string Plural(BundleEntryKind kind) => kind switch
    {
        BundleEntryKind.Folder => "folders",
        BundleEntryKind.Link => "links",
        BundleEntryKind.Node => "device nodes",
        BundleEntryKind.Socket => "sockets",
        BundleEntryKind.Text => "texts of kernel, toolkit and engines",
        BundleEntryKind.Library => "libraries, by name, size and headers",
        BundleEntryKind.Program => "programs, by name and size",
        _ => "other files, by name and size",
    };
}
