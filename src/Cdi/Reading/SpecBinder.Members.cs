namespace GpuContainers.Cdi.Reading;

internal sealed partial class SpecBinder
{
    private const string UnknownHint = "remove the member or correct its name; members of newer versions of the format are unknown, too";

    /// <summary>The known members of an object under their proper names, in the order in which they take effect (CDI-28, CDI-29); none for null.</summary>
    private List<(string Name, SpecNode Value)> Members(SpecNode node, params ReadOnlySpan<string> known)
    {
        var members = new List<(string Name, SpecNode Value)>();
        if (IsNull(node) || !Expect(node, SpecNodeKind.Map, "an object"))
            return members;
        List<(string Key, SpecNode KeyNode, SpecNode Value)> keys = Keys(node);
        // Byte order: where one member comes in several spellings, the last one counts.
        if (keys.Count > 1)
            keys.Sort(static (left, right) => Model.Texts.Compare(left.Key, right.Key));
        foreach ((string key, SpecNode keyNode, SpecNode value) in keys)
        {
            string? name = Proper(key, known);
            if (name is null)
            {
                _problems.Add(new CdiProblem(keyNode.Line, keyNode.Column, Member(), $"unknown field \"{key}\"", UnknownHint));
                continue;
            }
            if (members.Exists(member => member.Name == name))
            {
                string text = $"\"{name}\" occurs in several spellings; \"{key}\" counts";
                Warnings.Add(new CdiProblem(keyNode.Line, keyNode.Column, Member(), text, "keep one of them"));
            }
            members.Add((name, value));
        }
        return members;
    }

    private static string? Proper(string key, ReadOnlySpan<string> known)
    {
        foreach (string name in known)
        {
            if (name == key)
                return name;
        }
        foreach (string name in known)
        {
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
                return name;
        }
        return null;
    }

    /// <summary>The members of a map with their keys as text; repeated keys and keys that are not text are problems (CDI-19, CDI-26).</summary>
    private List<(string Key, SpecNode KeyNode, SpecNode Value)> Keys(SpecNode node)
    {
        var keys = new List<(string Key, SpecNode KeyNode, SpecNode Value)>(node.Members.Count);
        HashSet<string>? seen = node.Members.Count > 8 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach ((SpecNode key, SpecNode value) in node.Members)
        {
            if (key.Kind != SpecNodeKind.Scalar)
            {
                Report(key, $"a {key.KindName} cannot be a key");
                continue;
            }
            if (!ScalarValue.TryResolve(key, out ScalarValue resolved, out string cause))
            {
                Report(key, cause);
                continue;
            }
            if (resolved.AsKey() is not { } text)
            {
                Report(key, resolved.Kind == ScalarKind.Null ? "null cannot be a key" : $"the number {resolved.AsText()} is too large for a key");
                continue;
            }
            bool repeated = seen is null ? keys.Exists(other => other.Key == text) : !seen.Add(text);
            if (repeated)
                _repeated.Add(new CdiProblem(key.Line, key.Column, Member(), $"key \"{text}\" already set in map", "keep one of the two members"));
            else
                keys.Add((text, key, value));
        }
        return keys;
    }

    private void Enter(string name) => _path.Add((name, -1));

    private void Leave() => _path.RemoveAt(_path.Count - 1);

    private void Report(SpecNode node, string text) => _problems.Add(new CdiProblem(node.Line, node.Column, Member(), text));

    private string Member()
    {
        var text = new StringBuilder();
        foreach ((string name, int index) in _path)
        {
            if (name.Length == 0)
                text.Append('[').Append(index).Append(']');
            else
                text.Append(text.Length > 0 ? "." : "").Append(name);
        }
        return text.ToString();
    }
}
