using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>
/// One start of a program with all that it meets: arguments, variables, standard input, files. Texts hold a byte in each character, because arguments and
/// names need not be UTF-8.
/// </summary>
/// <param name="program">The program's name; hosts have it in /usr/bin.</param>
internal sealed class BoundaryCase(string program)
{
    /// <summary>The folder that is made for the case; nothing else can be written.</summary>
    internal const string Folder = "/fuzz";

    /// <summary>What may never change when a hook runs, wherever the links of an image lead.</summary>
    internal const string HostFolder = Folder + "/host";

    private const int MostShown = 2000;
    private readonly List<(char Kind, byte[] Content)> _records = [];

    /// <summary>The program's name.</summary>
    internal string Program { get; } = program;

    /// <summary>Whether the program must leave <see cref="HostFolder"/> as it is.</summary>
    internal bool KeepsHost { get; set; }

    /// <summary>Whether it reads from a pipe that somebody names, and waits for its writer as every program does.</summary>
    internal bool WaitsForPipes { get; init; }

    /// <summary>The most bytes on standard error; nothing when there is no promise.</summary>
    internal int? MostErrors { get; init; }

    internal void Argument(string text) => Add('A', text);

    internal void Arguments(params IEnumerable<string> texts)
    {
        foreach (string text in texts)
            Argument(text);
    }

    internal void Variable(string text) => Add('E', text);

    internal void Input(string text) => Add('I', text);

    internal void Directory(string path) => Add('D', path);

    internal void File(string path, string content)
    {
        Add('F', path);
        Add('C', content);
    }

    internal void Link(string path, string target)
    {
        Add('L', path);
        Add('T', target);
    }

    /// <summary>A pipe (N), a socket (S) or the device without an end (Z).</summary>
    internal void Node(string path, char kind) => Add(kind, path);

    /// <summary>The mode of what was made last.</summary>
    internal void Mode(UnixFileMode mode) => Add('M', Convert.ToString((int)mode, 8));

    /// <summary>Shows a folder at another place, as a volume.</summary>
    internal void Volume(string folder, string at)
    {
        Add('B', folder);
        Add('W', at);
    }

    /// <summary>Descriptors that are closed, 1, 2 and 4, or never take anything, 8 and 16.</summary>
    internal void Descriptors(int options) => Add('O', options.ToString(CultureInfo.InvariantCulture));

    /// <summary>Its form for native/boundary.c.</summary>
    /// <param name="through">What to start the program through; its path first.</param>
    internal byte[] Serialize(IReadOnlyList<string> through)
    {
        string path = Program.StartsWith('/') ? Program : "/usr/bin/" + Program;
        using var bytes = new MemoryStream();
        bytes.Write(new byte[4]);
        Write(bytes, 'P', Encoding.Latin1.GetBytes(through.Count > 0 ? through[0] : path));
        foreach (string word in through)
            Write(bytes, 'A', Encoding.Latin1.GetBytes(word));
        Write(bytes, 'A', Encoding.Latin1.GetBytes(path));
        foreach ((char kind, byte[] content) in _records)
            Write(bytes, kind, content);
        byte[] all = bytes.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(all, all.Length - 4);
        return all;
    }

    /// <summary>What people need to see what happened: a line a record.</summary>
    internal string Describe()
    {
        var text = new StringBuilder("program ").Append(Program).Append('\n');
        foreach ((char kind, byte[] content) in _records)
            text.Append(kind).Append(' ').Append(Shown(content)).Append('\n');
        return text.ToString();
    }

    private static string Shown(byte[] content)
    {
        string begin = Encoding.Latin1.GetString(content.AsSpan(0, Math.Min(content.Length, MostShown)));
        string text = string.Concat(begin.Select(static c => c is >= ' ' and <= '~' and not '\\' ? c.ToString() : $"\\x{(int)c:x2}"));
        return content.Length > MostShown ? $"{text}… ({content.Length} bytes)" : text;
    }

    private void Add(char kind, string text) => _records.Add((kind, Encoding.Latin1.GetBytes(text)));

    private static void Write(MemoryStream bytes, char kind, byte[] content)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], content.Length);
        bytes.Write(head);
        bytes.Write(content);
    }
}
