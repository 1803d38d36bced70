using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Documentation;

/// <summary><c>man-pages</c>: writes the manual, one page a verb, into a folder; for packaging, so it is hidden.</summary>
internal static class ManPagesCommand
{
    private static readonly TextSetting s_output = new("--output", "Folder for the pages", ".", "-o") { ValueWord = "DIR" };

    /// <summary>Makes the verb.</summary>
    public static Verb Create()
    {
        var verb = new Verb("man-pages", "Write the manual pages into a folder") { Run = Run, Hidden = true };
        verb.Add(s_output);
        return verb;
    }

    private static int Run(Invocation invocation)
    {
        string folder = invocation.Get(s_output);
        HostDirectory.Create(folder, FileModes.PublicFolder);
        foreach (Verb verb in invocation.Verb.Above!.Tree)
            AtomicFile.Replace(LexicalPath.Join(folder, ManPage.Name(verb) + ".1"), Encoding.UTF8.GetBytes(ManPage.Text(verb)));
        return 0;
    }
}
