using System.Security.Cryptography;
using System.Text;

namespace GpuContainers.TestSupport;

/// <summary>The small C programs and libraries of tests, each compiled once and kept in artifacts/test/native as long as its source stays as it is.</summary>
public static class NativeTool
{
    private static readonly Lock s_compiling = new();

    /// <summary>The path of a static program made of native/NAME.c beside the tests; simulated hosts see it at the same place.</summary>
    public static string Program(string name) => Compile(Source(name), name, "-O2", "-static");

    /// <summary>The path of a library made of native/NAME.c beside the tests.</summary>
    /// <param name="name">The name of the C file.</param>
    /// <param name="macros">Such as "COUNT=2".</param>
    public static string Library(string name, params IEnumerable<string> macros) =>
        Compile(Source(name), name + ".so", ["-O1", "-shared", "-fPIC", .. macros.Select(static m => "-D" + m)]);

    /// <summary>The path of what a C source becomes; the test is skipped where there is no compiler.</summary>
    public static string Compile(string source, string name, params string[] options)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', options) + source)))[..16];
        string folder = Checkout.At("artifacts", "test", "native", key);
        string output = Path.Combine(folder, name);
        lock (s_compiling)
        {
            if (!File.Exists(output))
            {
                Directory.CreateDirectory(folder);
                // Other projects that run beside this one may be compiling the same: each under a name of its own until it is whole.
                string mine = $"{output}.{Environment.ProcessId}";
                Command.Run(Checkout.MachineProgram("gcc"), ["-x", "c", .. options, "-o", mine, "-"], [], source).Succeeded();
                File.Move(mine, output, overwrite: true);
            }
        }
        return output;
    }

    private static string Source(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "native", name + ".c"));
}
