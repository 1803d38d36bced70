using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Documentation;

/// <summary><c>man-pages</c>: writes the manual, one page a command, into a folder; for packaging, so it is hidden.</summary>
internal static class ManPagesCommand
{
    private static readonly TextOption s_output = new("--output", "Folder for the pages", ".", "-o") { ValueWord = "DIR" };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("man-pages", "Write the manual pages into a folder")
    {
        Run = Run,
        Hidden = true,
        Options = [s_output],
    };

    private static int Run(Invocation invocation)
    {
        string folder = invocation.Get(s_output);
        HostDirectory.Create(folder, FileModes.PublicFolder);
        foreach (Command command in invocation.Command.Parent!.Tree)
            AtomicFile.Replace(LexicalPath.Join(folder, ManPage.Name(command) + ".1"), Encoding.UTF8.GetBytes(ManPage.Text(command)));
        return 0;
    }
}
